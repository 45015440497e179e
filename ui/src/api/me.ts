import { useSuspenseQuery } from "@tanstack/react-query";
import { mayActAs, type Role } from "../../../src/model.ts";
import { meQuery } from "./session.ts";
import type { Principal } from "./types.ts";

const nobody: Principal = { type: "user", userId: "", email: "", name: "", role: "viewer" };

/** Who is signed in. Between the end of a session and the way to the sign-in it is nobody, who may do nothing. */
export function useMe(): Principal {
  return useSuspenseQuery(meQuery).data ?? nobody;
}

export function useMay(role: Role): boolean {
  return mayActAs(useMe().role, role);
}
