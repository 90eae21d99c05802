/** Where the assets of a graph stand: a layer for each step of descent, little crossing. Pure. */

/** An asset to be placed. */
export interface PlacedNode {
  readonly key: string;
  /** Steps from the asset in the middle: below 0 for what it was made from. */
  readonly distance: number;
}

/** One was made from the other. */
export interface PlacedEdge {
  readonly child: string;
  readonly parent: string;
}

/** Where a node stands, in layers and places within them, both from 0. */
export interface Place {
  readonly layer: number;
  /** Fractions are places between: each layer is centred. */
  readonly at: number;
}

/** A graph laid out. */
export interface Layout {
  readonly places: ReadonlyMap<string, Place>;
  readonly layers: number;
  /** Places of the longest layer. */
  readonly breadth: number;
}

/** Going over the layers this often is enough to untangle what can be. */
const SWEEPS = 4;

export function layoutOf(nodes: readonly PlacedNode[], edges: readonly PlacedEdge[]): Layout {
  const distances = [...new Set(nodes.map((node) => node.distance))].sort((a, b) => a - b);
  let layers = distances.map((distance) =>
    nodes.filter((node) => node.distance === distance).map((node) => node.key),
  );
  const beside = new Map<string, string[]>();
  for (const { child, parent } of edges) {
    beside.set(child, [...(beside.get(child) ?? []), parent]);
    beside.set(parent, [...(beside.get(parent) ?? []), child]);
  }
  const position = new Map<string, number>();
  const place = (layer: readonly string[]): void => {
    layer.forEach((key, at) => position.set(key, at - (layer.length - 1) / 2));
  };
  layers.forEach(place);
  // Each stands as near as it can to the middle of its neighbours; ties stay as they were.
  const middle = (key: string): number => {
    const near = (beside.get(key) ?? []).flatMap((other) => position.get(other) ?? []);
    return near.length === 0 ? (position.get(key) ?? 0) : near.reduce((a, b) => a + b, 0) / near.length;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    // One layer after the other, each seeing what was moved before: two that moved at once
    // would cross again.
    layers = layers.map((layer) => {
      const sorted = layer
        .map((key, at) => ({ key, at, middle: middle(key) }))
        .sort((a, b) => a.middle - b.middle || a.at - b.at)
        .map(({ key }) => key);
      place(sorted);
      return sorted;
    });
  }
  const breadth = Math.max(1, ...layers.map((layer) => layer.length));
  const places = new Map(
    layers.flatMap((keys, layer) =>
      keys.map((key, at) => [key, { layer, at: at + (breadth - keys.length) / 2 }] as const),
    ),
  );
  return { places, layers: layers.length, breadth };
}
