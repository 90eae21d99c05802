/** Where the boxes of a graph stand. */
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../src/explore/layout.js';

const node = (key: string, distance: number) => ({ key, distance });

describe('the layout of a graph', () => {
  it('puts the older before the younger, each in its layer, none on another', () => {
    const nodes = [node('here', 0), node('a', -1), node('b', -1), node('old', -2), node('child', 1)];
    const edges = [
      { child: 'here', parent: 'a' },
      { child: 'here', parent: 'b' },
      { child: 'a', parent: 'old' },
      { child: 'child', parent: 'here' },
    ];
    const { places, layers, breadth } = layoutOf(nodes, edges);
    expect([layers, breadth]).toEqual([4, 2]);
    for (const { child, parent } of edges) {
      expect(places.get(parent)!.layer).toBeLessThan(places.get(child)!.layer);
    }
    const stands = [...places.values()].map(({ layer, at }) => `${layer} ${at}`);
    expect(new Set(stands).size).toBe(nodes.length);
    expect(places.get('here')!.at).toBe(0.5);
  });

  it('untangles lines that need not cross', () => {
    const nodes = [
      node('here', 0),
      ...['a', 'b', 'c'].map((key) => node(key, -1)),
      ...['x', 'y', 'z'].map((key) => node(key, -2)),
    ];
    const edges = [
      ...['a', 'b', 'c'].map((parent) => ({ child: 'here', parent })),
      { child: 'a', parent: 'z' },
      { child: 'b', parent: 'y' },
      { child: 'c', parent: 'x' },
    ];
    const { places } = layoutOf(nodes, edges);
    const order = (keys: string[]) => keys.sort((p, q) => places.get(p)!.at - places.get(q)!.at);
    const [parents, older] = [order(['a', 'b', 'c']), order(['x', 'y', 'z'])];
    const above: Record<string, string> = { a: 'z', b: 'y', c: 'x' };
    expect(parents.map((key) => above[key])).toEqual(older);
  });

  it('lays out one alone', () => {
    expect(layoutOf([node('here', 0)], [])).toMatchObject({ layers: 1, breadth: 1 });
  });
});
