/** Any user who is not root. */
const SOMEBODY = 4321;

/**
 * Makes a file belong to another user, until disposed. Root gives it away; who
 * may not do that pretends to be somebody else.
 */
export async function foreignFile(path: string): Promise<Disposable> {
  const us = Deno.uid();
  if (us === 0) {
    await Deno.chown(path, SOMEBODY, null);
    return { [Symbol.dispose]: () => Deno.chownSync(path, us, null) };
  }
  const real = Deno.uid;
  Deno.uid = () => SOMEBODY;
  return { [Symbol.dispose]: () => void (Deno.uid = real) };
}
