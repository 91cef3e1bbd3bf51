// Ids that are unique, not secret: they mark the same request sent twice.

/** Return a random UUID (version 4). */
function uuid() {
  const digits = Array.from({ length: 32 }, () => Math.floor(Math.random() * 16));
  digits[12] = 4;
  digits[16] = (digits[16] & 3) | 8;
  const hex = digits.map((digit) => digit.toString(16)).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

module.exports = { uuid };
