/** One interface per table, columns in camelCase (Kysely's CamelCasePlugin maps them to the snake_case of the migrations). */
// biome-ignore lint/complexity/noBannedTypes: filled by the tables that follow
export type Schema = {};
