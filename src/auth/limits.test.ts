import { expect, test } from "vitest";
import { networkOf } from "./limits.ts";

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::6", "2001:db8:1:2"],
  ["2001:0DB8:1::6", "2001:db8:1:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  ["::1", "0:0:0:0"],
  [null, "none"],
])("the network of %s is %s: what one party has for itself", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
