import { PasswordInput, type PasswordInputProps, Text } from "@mantine/core";
import { passwordLength } from "../../../../src/auth/password-policy.ts";

/** A field for a password that someone chooses, with what it takes. */
export function NewPassword(props: PasswordInputProps) {
  const length = String(props.value ?? "").length;
  const missing = passwordLength.min - length;
  return (
    <div>
      <PasswordInput autoComplete="new-password" required {...props} />
      <Text fz="xs" c="dimmed" mt={4} aria-live="polite">
        {length > 0 && missing > 0
          ? `${missing} more ${missing === 1 ? "character" : "characters"}.`
          : `At least ${passwordLength.min} characters; a few words are easier to remember than signs.`}
      </Text>
    </div>
  );
}
