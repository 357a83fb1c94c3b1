/** Modules of a QR code as an image, for a reader: black on white, a few pixels each. */
export function pixels(modules: readonly (readonly boolean[])[], scale = 4): { data: Uint8ClampedArray; size: number } {
  const size = (modules[0]?.length ?? 0) * scale;
  const data = new Uint8ClampedArray(size * size * 4).fill(255);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (modules[Math.floor(y / scale)]?.[Math.floor(x / scale)] === true) {
        data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3);
      }
    }
  }
  return { data, size };
}
