/** What Chromium and `smaller` write of a picture, read again: 8 bits a colour, or a palette. */
import { inflateSync } from 'node:zlib';

const HEAD = 8;

export interface Pixels {
  width: number;
  height: number;
  /** Red, green and blue of each, row by row. */
  rgb: Buffer;
}

/** Null: it is written in another way. */
export function pixelsOf(png: Buffer): Pixels | null {
  const parts = partsOf(png);
  const header = parts.get('IHDR')!;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const size = { 2: 3, 3: 1, 6: 4 }[header[9]!];
  if (header[8] !== 8 || size === undefined) return null;
  const data = unfiltered(inflateSync(parts.get('IDAT')!), width * size, height, size);
  const palette = parts.get('PLTE');
  const colours = palette ?? data;
  const rgb = Buffer.alloc(width * height * 3);
  for (let at = 0, to = 0; at < data.length; at += size, to += 3) {
    const from = palette ? data[at]! * 3 : at;
    rgb[to] = colours[from]!;
    rgb[to + 1] = colours[from + 1]!;
    rgb[to + 2] = colours[from + 2]!;
  }
  return { width, height, rgb };
}

/** By their kind; what stands in several is joined. */
export function partsOf(png: Buffer): Map<string, Buffer> {
  const parts = new Map<string, Buffer>();
  for (let at = HEAD; at < png.length;) {
    const length = png.readUInt32BE(at);
    const kind = png.toString('latin1', at + 4, at + 8);
    parts.set(
      kind,
      Buffer.concat([parts.get(kind) ?? Buffer.alloc(0), png.subarray(at + 8, at + 8 + length)]),
    );
    at += length + 12;
  }
  return parts;
}

/** Each row stands for what it adds to its neighbours. A loop for each way, since there are millions of bytes. */
function unfiltered(data: Buffer, stride: number, height: number, size: number): Buffer {
  const out = Buffer.alloc(stride * height);
  const above = Buffer.alloc(stride);
  for (let row = 0; row < height; row++) {
    const from = row * (stride + 1) + 1;
    const filter = data[from - 1]!;
    const line = out.subarray(row * stride, (row + 1) * stride);
    const up = row === 0 ? above : out.subarray((row - 1) * stride, row * stride);
    data.copy(line, 0, from, from + stride);
    if (filter === 1) for (let x = size; x < stride; x++) line[x]! += line[x - size]!;
    if (filter === 2) for (let x = 0; x < stride; x++) line[x]! += up[x]!;
    if (filter === 3)
      for (let x = 0; x < stride; x++) line[x]! += ((x < size ? 0 : line[x - size]!) + up[x]!) >> 1;
    if (filter === 4)
      for (let x = 0; x < stride; x++)
        line[x]! += x < size ? up[x]! : paeth(line[x - size]!, up[x]!, up[x - size]!);
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const a = Math.abs(up - corner);
  const b = Math.abs(left - corner);
  const c = Math.abs(left + up - 2 * corner);
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** So far one colour may be from the other: a palette has the middle of colours that became one. */
const NEAR = 48;

/** How many pixels are others than before; null: not even their number is the same. */
export function otherPixels(a: Pixels, b: Pixels): number | null {
  if (a.width !== b.width || a.height !== b.height) return null;
  let others = 0;
  const isFar = (at: number): boolean => Math.abs(a.rgb[at]! - b.rgb[at]!) > NEAR;
  for (let at = 0; at < a.rgb.length; at += 3) if (isFar(at) || isFar(at + 1) || isFar(at + 2)) others++;
  return others;
}
