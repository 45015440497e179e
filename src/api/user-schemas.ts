import { z } from "@hono/zod-openapi";
import { passwordLength } from "../auth/password-policy.ts";
import { roles } from "../model.ts";

/** What is too long to be a password is not even hashed. */
export const passwordText = z
  .string()
  .max(1_000)
  .openapi({
    format: "password",
    description: `A new one has ${passwordLength.min} to ${passwordLength.max} characters`,
  });

export const principalSchema = z
  .object({
    type: z.enum(["user", "token"]).openapi({ description: "A person who signed in, or an API token" }),
    userId: z.uuid().openapi({ description: "The user, or the owner of the token" }),
    email: z.string(),
    name: z.string().openapi({ description: "Of the user, or of the token" }),
    role: z.enum(roles),
  })
  .openapi("Principal");

export const sessionSchema = z
  .object({
    id: z.uuid(),
    createdAt: z.iso.datetime(),
    lastSeenAt: z.iso.datetime(),
    address: z.string().nullable(),
    userAgent: z.string().nullable(),
    isCurrent: z.boolean().openapi({ description: "The session of this request" }),
  })
  .openapi("Session");

export const userSchema = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string(),
    role: z.enum(roles),
    isDisabled: z.boolean(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    lastLoginAt: z.iso.datetime().nullable(),
  })
  .openapi("User");
