// Where a JPEG was taken, read from its EXIF block (Exif 2.32, §4.6.6: GPS attribute information).

const APP1 = 0xffe1;
const START_OF_SCAN = 0xffda;
const GPS_POINTER = 0x8825;
const LATITUDE_REF = 1;
const LATITUDE = 2;
const LONGITUDE_REF = 3;
const LONGITUDE = 4;

/**
 * Return `{latitude, longitude}` in degrees (WGS 84), or `null` when the picture tells no place.
 *
 * @param {ArrayBuffer} buffer the beginning of the file is enough
 */
export function placeOf(buffer) {
  try {
    return readJpeg(new DataView(buffer));
  } catch (outside) {
    if (outside instanceof RangeError) return null;
    throw outside;
  }
}

function readJpeg(view) {
  if (view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at < view.byteLength) {
    const marker = view.getUint16(at);
    if (marker === START_OF_SCAN || marker >> 8 !== 0xff) return null;
    if (marker === APP1 && view.getUint32(at + 4) === 0x45786966) return readTiff(view, at + 10);
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function readTiff(view, start) {
  const little = view.getUint16(start) === 0x4949;
  const main = directory(view, start, start + view.getUint32(start + 4, little), little);
  if (!main.has(GPS_POINTER)) return null;
  const gps = directory(view, start, start + view.getUint32(main.get(GPS_POINTER) + 8, little), little);
  const latitude = degrees(view, start, gps.get(LATITUDE), gps.get(LATITUDE_REF), "S", little);
  const longitude = degrees(view, start, gps.get(LONGITUDE), gps.get(LONGITUDE_REF), "W", little);
  const known = Number.isFinite(latitude) && Number.isFinite(longitude) && (latitude || longitude);
  return known && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : null;
}

function directory(view, start, at, little) {
  const entries = new Map();
  const count = view.getUint16(at, little);
  for (let index = 0; index < count; index += 1) {
    const entry = at + 2 + index * 12;
    entries.set(view.getUint16(entry, little), entry);
  }
  return entries;
}

function degrees(view, start, entry, reference, negative, little) {
  if (entry === undefined || reference === undefined) return NaN;
  const at = start + view.getUint32(entry + 8, little);
  const [whole, minutes, seconds] = [0, 8, 16].map((offset) => view.getUint32(at + offset, little) / view.getUint32(at + offset + 4, little));
  const sign = String.fromCharCode(view.getUint8(reference + 8)) === negative ? -1 : 1;
  return sign * (whole + minutes / 60 + (seconds || 0) / 3600);
}
