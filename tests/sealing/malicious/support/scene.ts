import { plans, type Scene } from "../../support/scenes.ts";
import type { PersonOptions } from "../../support/world.ts";
import type { HostileWorld } from "./hostile_world.ts";

/** A sealed room with these people in it, before the server begins to lie. */
export async function scene(
  world: HostileWorld,
  names: readonly string[],
  options: Partial<PersonOptions> = {},
): Promise<Scene> {
  const made = await plans(world, names, options);
  world.server.sent.length = 0;
  return made;
}
