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
import { Scroll } from '../ui/Scroll.js';

type Graph = DataOf<'/v1/assets/{asset}/graph'>;
type Node = Graph['nodes'][number];

const BOX = { width: 168, height: 46 };
const WIDE = { layer: 236, place: 62 };
const TALL = { layer: 92, place: 180 };
const EDGE = 12;
const LETTERS = 21;

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
  const isNarrowScreen = useNarrow();
  const layout = layoutOf(
    graph.nodes.map(({ asset, distance }) => ({ key: asset, distance })),
    graph.edges,
  );
  // Downwards fits a phone only when few stand beside each other.
  const isNarrow = isNarrowScreen && layout.breadth <= 2;
  const step = isNarrow ? TALL : WIDE;
  const across = EDGE * 2 + (layout.layers - 1) * step.layer + (isNarrow ? BOX.height : BOX.width);
  const along = EDGE * 2 + (layout.breadth - 1) * step.place + (isNarrow ? BOX.width : BOX.height);
  const [width, height] = isNarrow ? [along, across] : [across, along];
  const corner = (key: string): readonly [number, number] => {
    const { layer, at } = layout.places.get(key) ?? { layer: 0, at: 0 };
    const [a, b] = [EDGE + layer * step.layer, EDGE + at * step.place];
    return isNarrow ? [b, a] : [a, b];
  };
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
            className="edge"
            d={curve(corner(parent), corner(child), isNarrow)}
            strokeWidth={1 + royalty_bps / 1500}
          >
            <title>{`${royalty_bps / 100} % of what the younger receives`}</title>
          </path>
        ))}
        {graph.nodes.map((node) => (
          <Box key={node.asset} node={node} at={corner(node.asset)} isHere={node.asset === graph.asset} />
        ))}
      </svg>
    </Scroll>
  );
}

/** A picture wider than its window begins with the asset that is looked at. */
function showMiddle(picture: SVGSVGElement | null): void {
  const [window, here] = [picture?.parentElement, picture?.querySelector('.here')];
  if (!picture || !window || !here) return;
  const { left, width } = here.getBoundingClientRect();
  window.scrollLeft = left - picture.getBoundingClientRect().left - (window.clientWidth - width) / 2;
}

/** From the far side of the older to the near side of the younger. */
function curve(from: readonly [number, number], to: readonly [number, number], isNarrow: boolean): string {
  if (isNarrow) {
    const [x1, y1, x2, y2] = [from[0] + BOX.width / 2, from[1] + BOX.height, to[0] + BOX.width / 2, to[1]];
    const middle = (y1 + y2) / 2;
    return `M${x1} ${y1} C${x1} ${middle} ${x2} ${middle} ${x2} ${y2}`;
  }
  const [x1, y1, x2, y2] = [from[0] + BOX.width, from[1] + BOX.height / 2, to[0], to[1] + BOX.height / 2];
  const middle = (x1 + x2) / 2;
  return `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

function Box({ node, at: [x, y], isHere }: { node: Node; at: readonly [number, number]; isHere: boolean }) {
  const name = node.name ?? shortened(node.asset, 6, 6);
  const box = (
    <>
      <title>{`${name}, a ${node.kind}`}</title>
      <rect width={BOX.width} height={BOX.height} rx="5" />
      <text x="12" y="20" className="node-name">
        {name.length <= LETTERS ? name : `${name.slice(0, LETTERS - 1).trimEnd()}…`}
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
