import { fraction, keyOf } from "../tenant/hash.ts";

/** One of the two tenants that see the same machines. */
export type View = "a" | "b";

export interface EstateOptions {
  /** Machines that there are, seen or not. */
  machines: number;
  /** Which of the two tenants this one is. */
  view: View;
  /** The same for both views; another seed makes other machines. Default 1. */
  seed?: number | undefined;
  /** Share of the machines that both tenants see. Default 0.3. */
  overlap?: number | undefined;
}

/** What a machine is there for. Most are ordinary; the others are what makes it hard to tell machines apart. */
export type Story =
  | "ordinary"
  /** Machines made from one image: the same serial and hardware UUID on all of them. */
  | "clone"
  /** Two clones, one in each tenant: their hardware is all that they share. */
  | "split_clone"
  /** Three clones in one tenant; the other sees one of them and knows its hardware only. */
  | "blurred_clone"
  /** Two machines after each other under one name and address; the first is deleted. */
  | "reused"
  /** As before, while we look. */
  | "reused_later"
  /** The first is still listed, and the other tenant knows no more of the second than its name. */
  | "reused_blurred"
  /** Two machines, one in each tenant, known by junk and a common name only. */
  | "junk_twin"
  /** A machine that its tenant listed under another id before. */
  | "recreated"
  | "recreated_later"
  /** A machine without an instance id that its tenant lists twice at the same time. */
  | "listed_twice";

/** Stories by the position in a block of machines; what is not named is ordinary. */
const blockSize = 50;
const groups: [story: Story, first: number, size: number][] = [
  ["clone", 0, 3],
  ["split_clone", 3, 2],
  ["blurred_clone", 5, 3],
  ["reused", 8, 2],
  ["reused_blurred", 10, 2],
  ["junk_twin", 12, 2],
  ["recreated", 14, 1],
  ["recreated", 15, 1],
  ["recreated", 16, 1],
  ["recreated_later", 17, 1],
  ["recreated_later", 18, 1],
  ["listed_twice", 19, 1],
  ["reused_later", 20, 2],
];
/** Per block: two are always seen by both (one blurred clone, one blurred name), nine never. */
const alwaysShared = 2;
const neverShared = 9;

export interface Part {
  story: Story;
  /** The first machine of its group; its own number when it has none. */
  leader: number;
  /** Its place in the group. */
  place: number;
}

/** A group that the last block would cut short is none. */
export function partOf(options: EstateOptions, machine: number): Part {
  const start = machine - (machine % blockSize);
  const position = machine - start;
  const group = groups.find(([, first, size]) => position >= first && position < first + size);
  if (group === undefined || start + group[1] + group[2] > options.machines)
    return { story: "ordinary", leader: machine, place: 0 };
  return { story: group[0], leader: start + group[1], place: position - group[1] };
}

export function estateKey(options: EstateOptions): number {
  return keyOf("estate", options.seed ?? 1);
}

/** Which of the tenants sees more where a story tells of one that does. */
export function mainView(key: number, leader: number): View {
  return fraction(key, leader, 100) < 0.5 ? "a" : "b";
}

/** Whether a tenant sees a machine at all. */
export function isSeen(options: EstateOptions, machine: number, view: View): boolean {
  const key = estateKey(options);
  const { story, leader, place } = partOf(options, machine);
  const isMain = mainView(key, leader) === view;
  const overlap = options.overlap ?? 0.3;
  switch (story) {
    case "split_clone":
    case "junk_twin":
      return (place === 0) === isMain;
    case "blurred_clone":
    case "reused_blurred":
      return isMain || (place === 1 && overlap > 0);
    case "listed_twice":
      return isMain;
    default: {
      const share = (blockSize * overlap - alwaysShared) / (blockSize - alwaysShared - neverShared);
      return fraction(key, machine, 101) < share || (fraction(key, machine, 102) < 0.5 ? "a" : "b") === view;
    }
  }
}

export function isShared(options: EstateOptions, machine: number): boolean {
  return isSeen(options, machine, "a") && isSeen(options, machine, "b");
}
