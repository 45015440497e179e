import { expect, test } from "vitest";
import { noAttributes } from "../../../model.ts";
import { normalizeAsset } from "./asset.ts";
import { readMachine } from "./machine.ts";
import type { Node } from "./read.ts";

const withProperties = (properties: unknown, node: Node = {}): Node => ({ ...node, graphEntity: { properties } });

test("Q-29: what identifies a machine is read from its map of properties, whatever the case of its keys", () => {
  const properties = {
    vmId: "5c1b0f9a-0f1e-4f5b-9b1e-0c7b7f1d2e3a",
    BIOSUUID: "ec2a1b2c-0102-0304-0506-0708090a0b0c",
    serial_number: "abc-1",
    macAddresses: ["0a:1b:2c:3d:4e:5f", "0a:1b:2c:3d:4e:5e", "0a:1b:2c:3d:4e:5f", null],
    hostName: "web-1",
    privateDnsName: "web-1.corp.example.com",
    netbiosName: "WEB-1",
    domain: "CORP",
    privateIpAddress: "10.0.0.4",
    tags: { hostname: "not this one" },
    region: "us-east-1",
  };
  const node = withProperties(properties, { externalId: "i-1", typeFields: { ipAddresses: ["10.0.0.3", "10.0.0.4"] } });
  expect(readMachine(node)).toEqual({
    instanceIds: ["5c1b0f9a-0f1e-4f5b-9b1e-0c7b7f1d2e3a", "i-1"],
    hardwareUuids: ["ec2a1b2c-0102-0304-0506-0708090a0b0c"],
    serials: ["abc-1"],
    macs: ["0a:1b:2c:3d:4e:5e", "0a:1b:2c:3d:4e:5f"],
    hostnames: ["web-1"],
    fqdns: ["web-1.corp.example.com"],
    netbiosNames: ["WEB-1"],
    domains: ["CORP"],
    ips: ["10.0.0.3", "10.0.0.4"],
  });
});

test.each([null, undefined, "text", 7, [], { hostName: {} }, { hostName: null }, { macs: [[], {}] }])(
  "a map that is none identifies noAttributes: %j",
  (properties) => {
    expect(readMachine(withProperties(properties))).toEqual(noAttributes);
  },
);

const aResource = (type: string, properties: Node): Node =>
  withProperties(properties, { id: "1", name: "web-1", type, updatedAt: "2026-08-02T02:00:00Z" });

test("what moves in the map by itself is no change of the asset", () => {
  const hashOf = (properties: Node) => normalizeAsset(aResource("VIRTUAL_MACHINE", properties)).hash;
  expect(hashOf({ hostName: "web-1", lastScan: "1" })).toBe(hashOf({ lastScan: "2", hostName: "web-1" }));
  expect(hashOf({ hostName: "web-1" })).not.toBe(hashOf({ hostName: "web-2" }));
});

test("Q-30: the map is read and kept for machines only", () => {
  const machine = normalizeAsset(aResource("VIRTUAL_MACHINE", { hostName: "web-1" }));
  expect(machine.asset!.machine).toMatchObject({ hostnames: ["web-1"] });
  expect(machine.raw).toContain("hostName");
  const bucket = normalizeAsset(aResource("BUCKET", { hostName: "web-1" }));
  expect(bucket.asset!.machine).toBeUndefined();
  expect(bucket.raw).not.toContain("hostName");
});
