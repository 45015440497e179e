import { useState } from "react";
import { ApiError } from "../api/client.ts";

type Texts = Record<string, string>;

/** The texts of a form, and what the API said of them, each at its field. */
export function useTexts<Form extends Texts>(initial: Form, error: unknown) {
  const [values, setValues] = useState(initial);
  const field = <Name extends keyof Form & string>(name: Name) => ({
    name,
    value: values[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setValues((before) => ({ ...before, [name]: value }));
    },
    error: error instanceof ApiError && error.field === name ? error.message : undefined,
  });
  const isAtField = error instanceof ApiError && error.field !== undefined && Object.hasOwn(values, error.field);
  return { values, setValues, field, /** What no field says. */ other: error != null && !isAtField ? error : null };
}
