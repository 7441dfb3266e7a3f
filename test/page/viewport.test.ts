import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchoredTop, blockTop, move, placeOf, scrollTo, windowOf } from '../../page/model/viewport.ts';

const LINE = 32;

describe('the lines that are drawn', () => {
  const scrolled = fc.record({
    count: fc.nat({ max: 12_000 }),
    height: fc.integer({ min: 100, max: 3_000 }),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  it('are all that are in view, wherever one has scrolled to, and never many more', () => {
    fc.assert(
      fc.property(scrolled, ({ count, height, part }) => {
        const scrollTop = Math.floor(part * Math.max(0, count * LINE - height));
        const { first, end } = windowOf(scrollTop, height, LINE, count);
        expect(first).toBeLessThanOrEqual(Math.floor(scrollTop / LINE));
        expect(end).toBeGreaterThanOrEqual(Math.min(count, Math.ceil((scrollTop + height) / LINE)));
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(count);
        expect(end - first).toBeLessThanOrEqual(Math.ceil(height / LINE) + 40);
      }),
    );
  });

  it('are the same while one scrolls within a block', () => {
    expect(windowOf(blockTop(1_000, LINE), 600, LINE, 5_000)).toEqual(windowOf(1_000, 600, LINE, 5_000));
  });

  it('are the last ones where the list has become shorter than what was scrolled', () => {
    const { first, end } = windowOf(100_000, 320, LINE, 50);
    expect([first <= 40, end]).toEqual([true, 50]);
  });
});

describe('where a key leads', () => {
  const size = { lines: 100, columns: 5, page: 10 };
  it.each([
    ['ArrowDown', false, [5, 2]],
    ['ArrowUp', false, [3, 2]],
    ['ArrowLeft', false, [4, 1]],
    ['ArrowRight', false, [4, 3]],
    ['PageDown', false, [14, 2]],
    ['PageUp', false, [0, 2]],
    ['Home', false, [4, 0]],
    ['End', false, [4, 5]],
    ['Home', true, [0, 0]],
    ['End', true, [99, 5]],
  ])('%s (ctrl: %s)', (key, ctrl, [line, column]) => {
    expect(move({ line: 4, column: 2 }, key, ctrl, size)).toEqual({ line, column });
  });

  it('is nowhere for any other', () => {
    expect(move({ line: 4, column: 2 }, 'a', false, size)).toBeUndefined();
  });

  it('is always in the grid', () => {
    const key = fc.constantFrom('ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End');
    const sizes = fc.record({
      lines: fc.integer({ min: 1, max: 50 }),
      columns: fc.nat({ max: 9 }),
      page: fc.nat({ max: 60 }),
    });
    fc.assert(
      fc.property(sizes, fc.nat(60), fc.nat(12), key, fc.boolean(), (grid, line, column, pressed, ctrl) => {
        const place = move({ line, column }, pressed, ctrl, grid);
        expect(place?.line).toBeLessThan(grid.lines);
        expect(place?.column).toBeLessThanOrEqual(grid.columns);
      }),
    );
  });

  it('scrolls no further than it must', () => {
    expect(scrollTo(10, 0, 640, LINE)).toBe(0);
    expect(scrollTo(20, 0, 640, LINE)).toBe(32);
    expect(scrollTo(3, 320, 640, LINE)).toBe(96);
  });
});

describe('the line at the top', () => {
  const keyed = (...keys: readonly string[]) => keys.map((key) => ({ key }));
  const before = keyed('a', 'b', 'c', 'd');

  it('stays there, to the pixel, whatever comes and goes before it', () => {
    expect(anchoredTop(75, 32, before, keyed('x', 'y', ...'abcd'))).toBe(75 + 64);
    expect(anchoredTop(75, 32, before, keyed('b', 'c', 'd'))).toBe(75 - 32);
    expect(anchoredTop(75, 32, before, keyed('a', 'b', 'c', 'x', 'd'))).toBe(75);
  });

  it('is a new one where nobody has scrolled, and what comes where it was when it is gone', () => {
    expect(anchoredTop(0, 32, before, keyed('x', ...'abcd'))).toBe(0);
    expect(anchoredTop(75, 32, before, keyed('a', 'b', 'd'))).toBe(75);
    expect(anchoredTop(999, 32, before, keyed('x'))).toBe(999);
  });
});

describe('a place that is kept', () => {
  const lines = ['source', 'a', 'b'].map((key) => ({ key }));
  const projects = ['proj_1', 'proj_2'].map((projectId) => ({ projectId }));
  const kept = { line: 1, column: 1, key: 'a', projectId: 'proj_1' };

  it('is where its checkpoint and project are now', () => {
    expect(placeOf(kept, lines, projects)).toEqual({ line: 1, column: 1 });
    expect(placeOf(kept, [{ key: 'source' }, { key: 'new' }, { key: 'a' }], projects)).toEqual({ line: 2, column: 1 });
    expect(placeOf(kept, lines, [{ projectId: 'proj_0' }, ...projects])).toEqual({ line: 1, column: 2 });
  });

  it('is where they were, where they are no more', () => {
    expect(placeOf(kept, [{ key: 'source' }, { key: 'b' }], [{ projectId: 'proj_2' }])).toEqual({ line: 1, column: 1 });
    expect(placeOf({ ...kept, line: 2 }, [{ key: 'source' }], [])).toEqual({ line: 0, column: 0 });
  });

  it('is a heading of lines whatever the projects are', () => {
    expect(placeOf({ line: 0, column: 0, key: 'source' }, lines, projects)).toEqual({ line: 0, column: 0 });
  });
});
