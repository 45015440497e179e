/** What every asset has that no tag says anything of. */
export const standardCriticality = 2;

/** The steps, the highest first, with what they are for. */
export const criticalities: { value: number; words: string }[] = [
  { value: 5, words: "the business stands still without it" },
  { value: 4, words: "matters a lot" },
  { value: 3, words: "matters more than most" },
  { value: 2, words: "as everything without a tag" },
  { value: 1, words: "would hardly be missed" },
];
