/** Bytes that are written one after the other, the highest of a number first. */
export class GrowingBytes {
  #buffer = Buffer.allocUnsafe(64 * 1024);
  #size = 0;

  int8(value: number): void {
    this.#makeRoom(1);
    this.#buffer[this.#size++] = value;
  }

  int16(value: number): void {
    this.#makeRoom(2);
    this.#buffer[this.#size++] = value >> 8;
    this.#buffer[this.#size++] = value;
  }

  int32(value: number): void {
    this.#makeRoom(4);
    this.#size = putInt32(this.#buffer, this.#size, value);
  }

  /** A whole number; one that is not safe, as a bigint. */
  int64(value: number | bigint): void {
    this.#makeRoom(8);
    if (typeof value === "bigint") {
      this.#size = this.#buffer.writeBigInt64BE(value, this.#size);
      return;
    }
    this.#size = putInt32(this.#buffer, this.#size, Math.floor(value / 2 ** 32));
    this.#size = putInt32(this.#buffer, this.#size, value % 2 ** 32);
  }

  float(value: number): void {
    this.#makeRoom(4);
    this.#size = this.#buffer.writeFloatBE(value, this.#size);
  }

  bytes(value: Uint8Array): void {
    this.#makeRoom(value.length);
    this.#buffer.set(value, this.#size);
    this.#size += value.length;
  }

  utf8(value: string): void {
    this.#makeRoom(value.length * 3);
    this.#size = putUtf8(this.#buffer, this.#size, value);
  }

  /** Length and content. */
  text(value: string): void {
    this.#makeRoom(4 + value.length * 3);
    const start = this.#size + 4;
    const end = putUtf8(this.#buffer, start, value);
    putInt32(this.#buffer, this.#size, end - start);
    this.#size = end;
  }

  /** A UUID in its usual spelling, as 16 bytes. */
  uuid(value: string): void {
    if (value.length !== 36) throw new RangeError(`Not a UUID: ${value}`);
    this.#makeRoom(16);
    for (let i = 0; i < value.length; i += 2) {
      if (value.charCodeAt(i) === 45) i++;
      this.#buffer[this.#size++] = (nibble(value.charCodeAt(i)) << 4) | nibble(value.charCodeAt(i + 1));
    }
  }

  /** Leaves room for the length of what comes next; `setLength` fills it in. */
  reserveLength(): number {
    this.int32(0);
    return this.#size;
  }

  setLength(start: number): void {
    putInt32(this.#buffer, start - 4, this.#size - start);
  }

  /** What was written; good until `clear`. */
  written(): Buffer {
    return this.#buffer.subarray(0, this.#size);
  }

  clear(): void {
    this.#size = 0;
  }

  #makeRoom(length: number): void {
    const needed = this.#size + length;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#size);
    this.#buffer = larger;
  }
}

function putInt32(buffer: Buffer, at: number, value: number): number {
  buffer[at] = value >>> 24;
  buffer[at + 1] = value >>> 16;
  buffer[at + 2] = value >>> 8;
  buffer[at + 3] = value;
  return at + 4;
}

/** Short texts are mostly ASCII, and then a loop is quicker than the call. */
const shortText = 48;

function putUtf8(buffer: Buffer, at: number, text: string): number {
  if (text.length > shortText) return at + buffer.write(text, at);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 127) return at + buffer.write(text, at);
    buffer[at + i] = code;
  }
  return at + text.length;
}

function nibble(code: number): number {
  return code < 58 ? code - 48 : (code | 32) - 87;
}
