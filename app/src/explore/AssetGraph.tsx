/**
 * The ownership graph around an asset: what it was made from on one side, what was
 * made from it on the other. Every box is a link: the picture can be walked, by
 * keyboard too, and the lists below say the same in words.
 */
import { useSyncExternalStore } from 'react';
import { address } from '@solana/kit';
import type { DataOf } from '@tributary/sdk';
import { shortened } from '../ui/amount.js';
import { GoTo } from '../ui/GoTo.js';
import { layoutOf } from './layout.js';
import { percent } from './terms.js';
import { Scroll } from '../ui/Scroll.js';

type Graph = DataOf<'/v1/assets/{asset}/graph'>;
type Node = Graph['nodes'][number];

const BOX = { width: 172, height: 46 };
const STEP = { layer: 226, place: 62 };
const EDGE = 12;
const LETTERS = 19;

/** On a phone the assets stand one below the other, and arcs at their side say what was made of what. */
const COLUMN = { arcs: 44, width: 268, row: 54, letters: 25 };

const narrow = window.matchMedia('(max-width: 48rem)');

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      narrow.addEventListener('change', changed);
      return () => narrow.removeEventListener('change', changed);
    },
    () => narrow.matches,
  );
}

export function AssetGraph({ graph }: { graph: Graph }) {
  const isNarrow = useNarrow();
  const picture = isNarrow ? inColumn(graph) : inLayers(graph);
  const { width, height, letters, boxWidth, corner, curve } = picture;
  return (
    <Scroll label="The graph around this asset" className="graph">
      <svg
        ref={showMiddle}
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="group"
        aria-label="Assets"
      >
        {graph.edges.map(({ child, parent, royalty_bps }) => (
          <path
            key={`${child} ${parent}`}
            className={child === graph.asset || parent === graph.asset ? 'edge near' : 'edge'}
            d={curve(corner(parent), corner(child))}
            strokeWidth={1 + royalty_bps / 1500}
          >
            <title>{`${percent(royalty_bps)} of what the younger receives`}</title>
          </path>
        ))}
        {graph.nodes.map((node) => (
          <Box
            key={node.asset}
            node={node}
            at={corner(node.asset)}
            width={boxWidth}
            letters={letters}
            isHere={node.asset === graph.asset}
          />
        ))}
      </svg>
    </Scroll>
  );
}

type Point = readonly [x: number, y: number];

/** Where everything of a picture stands. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly boxWidth: number;
  readonly letters: number;
  /** The upper left corner of an asset's box. */
  readonly corner: (asset: string) => Point;
  /** From the older to the younger. */
  readonly curve: (from: Point, to: Point) => string;
}

function placed(graph: Graph) {
  return layoutOf(
    graph.nodes.map(({ asset, distance }) => ({ key: asset, distance })),
    graph.edges,
  );
}

/** Older assets on the left, younger ones on the right. */
function inLayers(graph: Graph): Picture {
  const layout = placed(graph);
  return {
    width: EDGE * 2 + (layout.layers - 1) * STEP.layer + BOX.width,
    height: EDGE * 2 + (layout.breadth - 1) * STEP.place + BOX.height,
    boxWidth: BOX.width,
    letters: LETTERS,
    corner: (asset) => {
      const { layer, at } = layout.places.get(asset) ?? { layer: 0, at: 0 };
      return [EDGE + layer * STEP.layer, EDGE + at * STEP.place];
    },
    curve: (from, to) => {
      const [x1, y1, x2, y2] = [from[0] + BOX.width, from[1] + BOX.height / 2, to[0], to[1] + BOX.height / 2];
      const middle = (x1 + x2) / 2;
      return `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
    },
  };
}

/** Older assets above, younger ones below. */
function inColumn(graph: Graph): Picture {
  const { places } = placed(graph);
  const order = [...places].sort(([, a], [, b]) => a.layer - b.layer || a.at - b.at).map(([asset]) => asset);
  const row = new Map(order.map((asset, at) => [asset, at]));
  return {
    width: COLUMN.width,
    height: EDGE * 2 + (order.length - 1) * COLUMN.row + BOX.height,
    boxWidth: COLUMN.width - COLUMN.arcs - 2,
    letters: COLUMN.letters,
    corner: (asset) => [COLUMN.arcs, EDGE + (row.get(asset) ?? 0) * COLUMN.row],
    curve: (from, to) => {
      const [x, y1, y2] = [from[0], from[1] + BOX.height / 2, to[1] + BOX.height / 2];
      // The farther apart, the farther out, so that arcs can be told apart.
      const out = COLUMN.arcs * (0.45 + (0.8 * Math.abs(y2 - y1)) / (order.length * COLUMN.row));
      return `M${x} ${y1} C${x - out} ${y1} ${x - out} ${y2} ${x} ${y2}`;
    },
  };
}

/** A picture wider than its window begins with the asset that is looked at. */
function showMiddle(picture: SVGSVGElement | null): void {
  const [window, here] = [picture?.parentElement, picture?.querySelector('.here')];
  if (!picture || !window || !here) return;
  const { left, width } = here.getBoundingClientRect();
  window.scrollLeft = left - picture.getBoundingClientRect().left - (window.clientWidth - width) / 2;
}

function Box(props: {
  readonly node: Node;
  readonly at: Point;
  readonly width: number;
  readonly letters: number;
  readonly isHere: boolean;
}) {
  const {
    node,
    at: [x, y],
    width,
    letters,
    isHere,
  } = props;
  const name = node.name ?? shortened(node.asset, 6, 6);
  const box = (
    <>
      <title>{`${name}, a ${node.kind}`}</title>
      <rect width={width} height={BOX.height} rx="5" />
      <text x="12" y="20" className="node-name">
        {name.length <= letters ? name : `${name.slice(0, letters - 1).trimEnd()}…`}
      </text>
      <text x="12" y="36" className="node-kind">
        {node.kind}
      </text>
    </>
  );
  return (
    <g transform={`translate(${x} ${y})`} className={isHere ? `node here ${node.kind}` : `node ${node.kind}`}>
      {isHere ? box : <GoTo view={{ kind: 'asset', asset: address(node.asset) }}>{box}</GoTo>}
    </g>
  );
}
