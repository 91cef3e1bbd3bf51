// Photos made small on the phone; redrawing on a canvas leaves place, camera and date behind.

import { upload } from "./city_api.js";
import { placeOf } from "./exif.js";

export const MOST = 9;
const LONGEST_EDGE = 1600;
const QUALITY = 0.82;
const HEAD = 262144;

/**
 * Return `{blob, preview, place}`: a small JPEG, an address to show it, and where it was taken
 * (`{latitude, longitude}` or `null`). Throws when the file is no picture the browser can open.
 */
export async function prepare(file) {
  const place = placeOf(await readHead(file));
  const picture = await open(file);
  const scale = Math.min(1, LONGEST_EDGE / Math.max(picture.naturalWidth, picture.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(picture.src);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) throw new Error("the canvas gave no picture");
  return { blob, preview: URL.createObjectURL(blob), place };
}

/** Upload pictures not uploaded yet; return all their ids. */
export async function uploaded(pictures) {
  const ids = [];
  for (const picture of pictures) {
    if (!picture.id) picture.id = (await upload(picture.blob)).id;
    ids.push(picture.id);
  }
  return ids;
}

function readHead(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(reader.error);
    reader.readAsArrayBuffer(file.slice(0, HEAD));
  });
}

function open(file) {
  return new Promise((done, failed) => {
    const picture = new Image();
    picture.onload = () => done(picture);
    picture.onerror = () => {
      URL.revokeObjectURL(picture.src);
      failed(new Error("not a picture"));
    };
    picture.src = URL.createObjectURL(file);
  });
}
