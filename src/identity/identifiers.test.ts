import { describe, expect, test } from "vitest";
import { anAsset } from "../../test/builders.ts";
import { type AssetRecord, type MachineAttributes, noAttributes } from "../model.ts";
import { identifiersOf } from "./identifiers.ts";
import { identityKeys } from "./keys.ts";

function aMachine(changes: Partial<MachineAttributes> = {}, record: Partial<AssetRecord> = {}) {
  return anAsset({ machine: { ...noAttributes, ...changes }, ...record });
}

const of = (changes: Partial<MachineAttributes>, record: Partial<AssetRecord> = {}) =>
  identifiersOf(aMachine(changes, record))!;

test("Q-30: only machines are identified by rules", () => {
  for (const name of ["storage", "container_instance", "container_image", "serverless", "database", "other"] as const)
    expect(identifiersOf(aMachine({ hostnames: ["web-1"] }, { class: name }))).toBeNull();
  expect(identifiersOf(anAsset())).toEqual({ cloud: "aws", account: "111122223333" });
});

test.each([
  [
    "an ARN",
    { providerUniqueId: "arn:aws:ec2:eu-west-1:444455556666:instance/i-0123456789abcdef0", accountId: null },
    {
      cloud: "aws",
      account: "444455556666",
      instanceId: ["i-0123456789abcdef0"],
      providerUniqueId: ["arn:aws:ec2:eu-west-1:444455556666:instance/i-0123456789abcdef0"],
    },
  ],
  [
    "an ARN of the cloud for governments",
    { providerUniqueId: "arn:aws-us-gov:ec2:us-gov-west-1:444455556666:instance/i-01234567" },
    {
      cloud: "aws",
      account: "444455556666",
      instanceId: ["i-01234567"],
      providerUniqueId: ["arn:aws-us-gov:ec2:us-gov-west-1:444455556666:instance/i-01234567"],
    },
  ],
  [
    "a resource id of Azure, whatever its case",
    {
      cloud: "azure",
      accountId: "SUB-1",
      providerUniqueId: "/subscriptions/SUB-1/resourceGroups/Web/providers/Microsoft.Compute/virtualMachines/Web-1",
    },
    {
      cloud: "azure",
      account: "sub-1",
      providerUniqueId: ["/subscriptions/sub-1/resourcegroups/web/providers/microsoft.compute/virtualmachines/web-1"],
    },
  ],
  [
    "a self link of Google",
    {
      cloud: "gcp",
      accountId: "shop-prod",
      providerUniqueId: "https://www.googleapis.com/compute/v1/projects/shop-prod/zones/europe-west1-b/instances/web-1",
    },
    {
      cloud: "gcp",
      account: "shop-prod",
      providerUniqueId: ["projects/shop-prod/zones/europe-west1-b/instances/web-1"],
    },
  ],
  [
    "a full resource name of Google, which is the same thing",
    {
      cloud: null,
      accountId: null,
      providerUniqueId: "//compute.googleapis.com/projects/shop-prod/zones/europe-west1-b/instances/web-1",
    },
    {
      cloud: "gcp",
      account: "shop-prod",
      providerUniqueId: ["projects/shop-prod/zones/europe-west1-b/instances/web-1"],
    },
  ],
  [
    "an OCID, whose account is the record's",
    { cloud: "oci", accountId: "ocid1.compartment.oc1..aaaa", providerUniqueId: "ocid1.instance.oc1.iad.AbCd" },
    {
      cloud: "oci",
      account: "ocid1.compartment.oc1..aaaa",
      instanceId: ["ocid1.instance.oc1.iad.abcd"],
      providerUniqueId: ["ocid1.instance.oc1.iad.abcd"],
    },
  ],
  ["no id at all", { providerUniqueId: "N/A" }, { cloud: "aws", account: "111122223333" }],
])("Q-29: %s says whose the machine is, and which", (_, record, identifiers) => {
  expect(of({}, record)).toEqual(identifiers);
});

test.each([
  ["aws", "i-0123456789ABCDEF0", ["i-0123456789abcdef0"]],
  ["aws", "web-1", undefined],
  ["aws", "vol-0123456789abcdef0", undefined],
  ["azure", "5C1B0F9A-0F1E-4F5B-9B1E-0C7B7F1D2E3A", ["5c1b0f9a-0f1e-4f5b-9b1e-0c7b7f1d2e3a"]],
  ["azure", "00000000-0000-0000-0000-000000000000", undefined],
  ["azure", "/subscriptions/a/resourcegroups/b", undefined],
  ["gcp", "1234567890123456789", ["1234567890123456789"]],
  ["gcp", "web-1", undefined],
  ["gcp", "00000000000", undefined],
  ["oci", "ocid1.instance.oc1.iad.abcd", ["ocid1.instance.oc1.iad.abcd"]],
  ["oci", "ocid1.vnic.oc1.iad.abcd", undefined],
  ["vsphere", "vm-1", undefined],
])("an instance id of %s: %s", (cloud, id, instanceId) => {
  expect(of({ instanceIds: [id] }, { cloud }).instanceId).toEqual(instanceId);
});

test("values come in one spelling, each once", () => {
  const identifiers = of({
    hardwareUuids: ["{EC2A1B2C-0102-0304-0506-0708090A0B0C}", "ec2a1b2c01020304050607080 90a0b0c"],
    serials: ["  VMware-56 4D  11 ", "vmware-56 4d 11"],
    macs: ["0A-1B-2C-3D-4E-5F", "0a1b.2c3d.4e5f"],
    hostnames: ["WEB-1.corp.example.com"],
    fqdns: ["web-1.corp.example.com."],
    netbiosNames: ["WEB-1"],
    domains: ["CORP.example.com"],
    ips: ["10.0.0.4/24", "2a00:0:0:0:0:0:0:1", "2A00::1"],
  });
  expect(identifiers).toEqual({
    cloud: "aws",
    account: "111122223333",
    hardwareUuid: ["ec2a1b2c-0102-0304-0506-0708090a0b0c"],
    serial: ["vmware-56 4d 11"],
    mac: ["0a:1b:2c:3d:4e:5f"],
    hostname: ["web-1"],
    fqdn: ["web-1.corp.example.com"],
    netbiosName: ["web-1"],
    domain: ["corp.example.com"],
    ip: ["10.0.0.4", "2a00::1"],
  });
});

describe("junk never identifies", () => {
  test.each([
    ["hardwareUuids", "00000000-0000-0000-0000-000000000000", "not present (SMBIOS)"],
    ["hardwareUuids", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "not set (SMBIOS)"],
    ["hardwareUuids", "03000200-0400-0500-0006-000700080009", "placeholder (osquery)"],
    ["hardwareUuids", "03020100-0504-0706-0809-0a0b0c0d0e0f", "placeholder (osquery)"],
    ["hardwareUuids", "10000000-0000-8000-0040-000000000000", "placeholder (osquery)"],
    ["hardwareUuids", "4C4C4544-0000-2010-8020-80C04F202020", "a Dell without service tag"],
    ["hardwareUuids", "fefefefe-fefe-fefe-fefe-fefefefefefe", "one byte, repeated"],
    ["hardwareUuids", "not-a-uuid", "no UUID"],
    ["serials", "To be filled by O.E.M.", "a maker's placeholder"],
    ["serials", "Default string", "a maker's placeholder"],
    ["serials", "System Serial Number", "a maker's placeholder"],
    ["serials", "Not Specified", "a maker's placeholder"],
    ["serials", "None", "a word for nothing"],
    ["serials", "00000000", "one character, repeated"],
    ["serials", "xxxxxxxx", "one character, repeated"],
    ["serials", "..........", "no character"],
    ["serials", "0123456789", "counted through"],
    ["serials", "12345678", "counted through"],
    ["serials", "A1", "too short"],
    ["serials", "7783-7084-3265-9085-8269-3286-77", "Azure's chassis tag, the same on every machine"],
    ["serials", "Amazon EC2", "all of Amazon's"],
    ["macs", "00:00:00:00:00:00", "nobody's"],
    ["macs", "ff:ff:ff:ff:ff:ff", "everybody's"],
    ["macs", "01:00:5e:00:00:fb", "a group's (IEEE 802)"],
    ["macs", "02:42:ac:11:00:02", "Docker's"],
    ["macs", "42:01:0a:84:00:02", "Google's, made of the address"],
    ["macs", "00:50:56:ab:cd:ef", "VMware's"],
    ["macs", "00:0c:29:ab:cd:ef", "VMware's"],
    ["macs", "08:00:27:ab:cd:ef", "VirtualBox's"],
    ["macs", "00:15:5d:ab:cd:ef", "Hyper-V's"],
    ["macs", "52:54:00:ab:cd:ef", "QEMU's"],
    ["macs", "00:16:3e:ab:cd:ef", "Xen's"],
    ["macs", "ee:ee:ee:ee:ee:ee", "Calico's"],
    ["macs", "00:00:5e:00:01:0a", "VRRP's, which moves"],
    ["macs", "web-1", "no MAC address"],
    ["hostnames", "localhost", "everybody's"],
    ["hostnames", "localhost.localdomain", "everybody's"],
    ["hostnames", "ip-10-0-0-4", "an address in words"],
    ["hostnames", "ip-10-0-0-4.eu-west-1.compute.internal", "an address in words"],
    ["hostnames", "ip-0a000004", "an address in words"],
    ["hostnames", "host-192.168.1.20", "an address in words"],
    ["hostnames", "10.0.0.4", "an address"],
    ["hostnames", "ubuntu", "an image's"],
    ["hostnames", "raspberrypi", "an image's"],
    ["hostnames", "i-0123456789abcdef0", "the instance id once more"],
    ["hostnames", "unknown", "a word for nothing"],
    ["fqdns", "ip-10-0-0-4.ec2.internal", "made by Amazon"],
    ["fqdns", "ec2-203-0-113-25.compute-1.amazonaws.com", "made by Amazon"],
    ["fqdns", "web-1.europe-west1-b.c.shop-prod.internal", "made by Google"],
    ["fqdns", "web-1.abcd.bx.internal.cloudapp.net", "made by Azure"],
    ["fqdns", "web-1.default.svc.cluster.local", "made by Kubernetes"],
    ["fqdns", "4.0.0.10.in-addr.arpa", "a reverse look-up"],
    ["fqdns", "web-1.localdomain", "no domain"],
    ["fqdns", "web-1.lan", "made by a router"],
    ["fqdns", "web-1", "no domain"],
    ["domains", "WORKGROUP", "no domain"],
    ["ips", "127.0.0.1", "loopback"],
    ["ips", "169.254.169.254", "link-local"],
    ["ips", "0.0.0.0", "nobody's"],
    ["ips", "224.0.0.251", "a group's"],
    ["ips", "203.0.113.7", "for documentation"],
    ["ips", "172.17.0.2", "Docker's bridge"],
    ["ips", "192.168.122.1", "libvirt's bridge"],
    ["ips", "fe80::1", "link-local"],
    ["ips", "::1", "loopback"],
    ["ips", "2001:db8::1", "for documentation"],
    ["ips", "ff02::fb", "a group's"],
  ] as const)("%s %s: %s", (kind, value, _whose) => {
    // Whatever name is left of a made-up domain is still the machine's host name.
    const { cloud, account, hostname, ...rest } = of({ [kind]: [value] });
    expect(rest).toEqual({});
    if (kind !== "fqdns") expect(hostname).toBeUndefined();
  });

  test("a machine with very many values of a kind is known by none of them", () => {
    expect(of({ ips: Array.from({ length: 40 }, (_, i) => `10.1.0.${i + 1}`) }).ip).toBeUndefined();
  });
});

describe("Q-29: the keys of a machine", () => {
  const rich = of({
    instanceIds: ["i-0123456789abcdef0"],
    hardwareUuids: ["ec2a1b2c-0102-0304-0506-0708090a0b0c"],
    serials: ["ec2-serial"],
    macs: ["0a:1b:2c:3d:4e:5f"],
    hostnames: ["web-1"],
    ips: ["10.0.0.4"],
  });

  test("are one per rule and value, in the order of the rules", () => {
    expect(identityKeys("integration", rich).map(({ rule, value }) => [rule, value])).toEqual([
      ["cloud_instance", "i-0123456789abcdef0"],
      ["hardware_uuid", "ec2a1b2c-0102-0304-0506-0708090a0b0c"],
      ["serial", "ec2-serial"],
      ["mac_hostname", "0a:1b:2c:3d:4e:5f · web-1"],
      ["ip_mac", "10.0.0.4 · 0a:1b:2c:3d:4e:5f"],
      ["hostname", "web-1"],
    ]);
  });

  test("are the same for two integrations in one account, and different in two accounts", () => {
    const keysOf = (integration: string, account: string | null) =>
      identityKeys(integration, { ...rich, account }).map(({ key }) => key);
    expect(keysOf("one", "a")).toEqual(keysOf("other", "a"));
    expect(new Set([...keysOf("one", "a"), ...keysOf("one", "b")]).size).toBe(12);
  });

  test("without an account are shared with no other integration", () => {
    const keysOf = (integration: string) => identityKeys(integration, { ...rich, account: null }).map(({ key }) => key);
    expect(keysOf("one")).toEqual(keysOf("one"));
    expect(keysOf("one").some((key) => keysOf("other").includes(key))).toBe(false);
  });

  test("a hardware UUID is the same in either order of bytes", () => {
    const keyOf = (uuid: string) => identityKeys("i", { cloud: "aws", account: "a", hardwareUuid: [uuid] })[0]!.key;
    expect(keyOf("2c1b2aec-0201-0403-0506-0708090a0b0c")).toBe(keyOf("ec2a1b2c-0102-0304-0506-0708090a0b0c"));
  });
});
