/** Why a file operation of Deno failed, as people say it. */
const REASONS = [
  [Deno.errors.NotFound, "it does not exist"],
  [Deno.errors.PermissionDenied, "permission denied"],
  [Deno.errors.NotCapable, "chat was started without the permission"],
  [Deno.errors.AlreadyExists, "it exists already"],
  [Deno.errors.NotADirectory, "a part of the path is not a folder"],
  [Deno.errors.IsADirectory, "it is a folder"],
] as const;

/**
 * Why a file operation failed, in words, or else its code, such as `EIO`;
 * `undefined` for what is no failure of the file system: a bug.
 */
export function fileReason(error: Error): string | undefined {
  return REASONS.find(([kind]) => error instanceof kind)?.[1] ??
    ("code" in error ? String(error.code) : undefined);
}
