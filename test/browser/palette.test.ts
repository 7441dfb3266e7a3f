import { crc32, deflateSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decode, withPalette } from './palette.ts';

function aChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** A picture of two by five pixels, each line of which is written with another filter. */
const LINES = [
  [0, 10, 20, 30, 40, 50, 60],
  [1, 1, 2, 3, 4, 5, 6],
  [2, 1, 1, 1, 1, 1, 1],
  [3, 10, 10, 10, 10, 10, 10],
  [4, 1, 2, 3, 250, 251, 252],
];
const PIXELS = [
  [10, 20, 30, 40, 50, 60],
  [1, 2, 3, 5, 7, 9],
  [2, 3, 4, 6, 8, 10],
  [11, 11, 12, 18, 19, 21],
  [12, 13, 15, 12, 14, 17],
];

function aPng(lines: readonly (readonly number[])[], width: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(lines.length, 4);
  header.set([8, 2], 8);
  const data = deflateSync(Buffer.from(lines.flat()));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, aChunk('IHDR', header), aChunk('IDAT', data), aChunk('IEND', Buffer.alloc(0))]);
}

/** The data of the first chunk of this type. */
function chunkOf(png: Buffer, type: string): Buffer {
  const at = png.indexOf(type);
  return png.subarray(at + 4, at + 4 + png.readUInt32BE(at - 4));
}

describe('a screenshot', () => {
  test('is read, whichever filter a line has', () => {
    expect([...decode(aPng(LINES, 2)).pixels]).toEqual(PIXELS.flat());
  });

  test('of few colours keeps each of them', () => {
    const png = withPalette(aPng(LINES, 2));
    const palette = chunkOf(png, 'PLTE');
    const places = [...inflateSync(chunkOf(png, 'IDAT'))].filter((_, at) => at % 3 !== 0);
    expect(places.flatMap((place) => [...palette.subarray(place * 3, place * 3 + 3)])).toEqual(PIXELS.flat());
  });

  test('of many colours has one of each tone, however rare, and for another the nearest', () => {
    // All greens twice and some blues beside them, a red once.
    const greens = Array.from({ length: 512 }, (_, at) => [0, at % 256, at >> 8]);
    const line = [...greens, ...greens, [0, 0, 2], [255, 0, 0]];
    const png = withPalette(aPng([[0, ...line.flat()]], line.length));
    const palette = chunkOf(png, 'PLTE');
    expect(palette).toHaveLength(768);
    const places = [...inflateSync(chunkOf(png, 'IDAT'))].slice(-2);
    const colours = places.map((place) => [...palette.subarray(place * 3, place * 3 + 3)]);
    expect(colours[0]?.slice(0, 2)).toEqual([0, 0]);
    expect(colours[1]).toEqual([255, 0, 0]);
  });

  test('of another kind is refused', () => {
    const png = withPalette(aPng(LINES, 2));
    expect(() => withPalette(png)).toThrow('no PNG of 8 bits in RGB');
  });
});
