import { MemoryDeviceState } from "../../lib/member/memory_device_state.ts";
import type { ReadingPosition } from "../../lib/member/device_state.ts";

const DEVICE = new Uint8Array(16).fill(3);

/** A device whose disk gets positions late, as a real one does. */
export class CrashingDevice extends MemoryDeviceState {
  #onDisk: readonly ReadingPosition[] = [];

  /** What is there after a crash at this moment. */
  crash(): CrashingDevice {
    const { logId, lastNumber } = this;
    const positions = this.#onDisk;
    const outbox = this.outbox();
    const after = new CrashingDevice({ logId, lastNumber, outbox, positions });
    after.#onDisk = positions;
    return after;
  }

  constructor(content?: ConstructorParameters<typeof MemoryDeviceState>[1]) {
    super(DEVICE, content);
  }

  override flush(): void {
    this.#onDisk = this.positions();
  }
}
