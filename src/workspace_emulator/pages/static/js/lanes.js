/** Places things beside each other that overlap: parts of a day in lanes, bars of several days in rows. */

/** Adds `lane` and `lanes` to parts ({from, to}); parts that overlap directly or through others share their width. */
export function inLanes(parts, shortest) {
  const ordered = [...parts].sort((one, other) => one.from - other.from || other.to - one.to);
  let cluster = [];
  let clusterEnd = -1;
  const close = () => {
    const lanes = Math.max(0, ...cluster.map((part) => part.lane + 1));
    for (const part of cluster) part.lanes = lanes;
  };
  for (const part of ordered) {
    if (part.from >= clusterEnd) {
      close();
      cluster = [];
    }
    part.lane = firstFree(cluster, (other) => seenEnd(other, shortest) > part.from);
    cluster.push(part);
    clusterEnd = Math.max(clusterEnd, seenEnd(part, shortest));
  }
  close();
  return ordered;
}

/** Adds `row` to bars ({first, last} in columns, both inclusive). */
export function inRows(bars) {
  const ordered = [...bars].sort((one, other) => one.first - other.first || other.last - one.last);
  const placed = [];
  for (const bar of ordered) {
    bar.lane = firstFree(placed, (other) => other.last >= bar.first && other.first <= bar.last);
    placed.push(bar);
  }
  return ordered;
}

const seenEnd = (part, shortest) => Math.max(part.to, part.from + shortest);

function firstFree(others, collides) {
  const taken = new Set(others.filter(collides).map((other) => other.lane));
  let lane = 0;
  while (taken.has(lane)) lane += 1;
  return lane;
}
