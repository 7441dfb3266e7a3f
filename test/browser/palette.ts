import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const MOST_COLOURS = 256;

/** A picture; three bytes a pixel: red, green, blue. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/**
 * The same PNG in 256 of its colours, every other one as the nearest of these: what is drawn and written looks alike, in a
 * third of the bytes. Takes what Chromium writes: 8 bits, RGB, not interlaced.
 */
export function withPalette(png: Buffer): Buffer {
  const { width, height, pixels } = decode(png);
  const counts = new Map<number, number>();
  const colourAt = (pixel: number) =>
    ((pixels[pixel * 3] ?? 0) << 16) | ((pixels[pixel * 3 + 1] ?? 0) << 8) | (pixels[pixel * 3 + 2] ?? 0);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const colour = colourAt(pixel);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const byCount = [...counts.keys()].sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0));
  // One of each tone first: there are more shades of grey around letters than shapes of a rare colour.
  const tones = new Set(
    Map.groupBy(byCount, toneOf)
      .values()
      .map(([most = 0]) => most),
  );
  const palette = [...tones, ...byCount.filter((colour) => !tones.has(colour))].slice(0, MOST_COLOURS);
  const known = new Map(palette.map((colour, at) => [colour, at]));
  const places = new Map(byCount.map((colour) => [colour, known.get(colour) ?? nearest(palette, colour)]));
  // Each line begins with its filter: none.
  const lines = Buffer.alloc((width + 1) * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    lines[pixel + Math.floor(pixel / width) + 1] = places.get(colourAt(pixel)) ?? 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Eight bits, each a place in the palette.
  header.set([8, 3], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const data = deflateSync(lines, { level: 9, memLevel: 9 });
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('PLTE', colours), chunk('IDAT', data), chunk('IEND')]);
}

/** The upper four bits of each part. */
function toneOf(colour: number): number {
  return colour & 0xf0f0f0;
}

function nearest(palette: readonly number[], colour: number): number {
  const distances = palette.map((other) =>
    [16, 8, 0].reduce((sum, shift) => sum + (((other >> shift) & 255) - ((colour >> shift) & 255)) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

function chunk(type: string, data: Uint8Array = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Throws where it is another kind of PNG. */
export function decode(png: Buffer): Picture {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  if (png.subarray(24, 29).toString('hex') !== '0802000000') throw new Error('This is no PNG of 8 bits in RGB.');
  const parts: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const lines = inflateSync(Buffer.concat(parts));
  const bytes = width * 3;
  const pixels = new Uint8Array(bytes * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (bytes + 1)];
    for (let x = 0; x < bytes; x++) {
      const left = x < 3 ? 0 : (pixels[y * bytes + x - 3] ?? 0);
      const up = y === 0 ? 0 : (pixels[(y - 1) * bytes + x] ?? 0);
      const corner = x < 3 || y === 0 ? 0 : (pixels[(y - 1) * bytes + x - 3] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? 0] ?? 0;
      pixels[y * bytes + x] = (lines[y * (bytes + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return { width, height, pixels };
}

/** Of three neighbours the one that is nearest to what they make likely, as PNG has it. */
function paeth(left: number, up: number, corner: number): number {
  const [toLeft, toUp, toCorner] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
