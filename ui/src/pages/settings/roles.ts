import { type Role, roles } from "../../../../src/model.ts";

export const roleTexts: Record<Role, string> = {
  viewer: "Viewers read.",
  analyst: "Analysts also run and cancel syncs and decide about held changes.",
  admin: "Administrators do everything.",
};

export const roleChoices = roles.map((role) => ({ value: role, label: role }));
