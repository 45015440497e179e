import { isIPv4, isIPv6 } from "node:net";

/**
 * Values that many machines have, and that identify none. Each list says where it is from; `docs/identification.md`
 * repeats them for people. A value dropped without need costs a merge, one kept without need makes two machines one.
 */

/** What makers and tools write where they have nothing to say. Compared without case, space and punctuation. */
const placeholders = new Set([
  // DMTF SMBIOS specification (DSP0134) leaves the texts to the maker; these are the ones in use. Collected from
  // inventory tools that know them: OCS Inventory, GLPI, Fleet, Lansweeper, memtest86.
  "tobefilledbyoem",
  "defaultstring",
  "default",
  "systemserialnumber",
  "systemproductname",
  "chassisserialnumber",
  "baseboardserialnumber",
  "serialnumber",
  "notspecified",
  "notapplicable",
  "notavailable",
  "notprovided",
  "notset",
  "nil",
  "none",
  "null",
  "na",
  "nan",
  "undefined",
  "unknown",
  "empty",
  "invalid",
  "oem",
  "standard",
  "tbd",
  "test",
  "noassetinformation",
  "noassettag",
  "assettag",
  "virtualmachine",
  // What Amazon and Google write for all of their machines in the fields next to it.
  "amazonec2",
  "googlecomputeengine",
  "google",
]);

function squeezed(value: string): string {
  return value.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** "None", "To be filled by O.E.M.", "------", "0000": nobody's value. */
export function isPlaceholderText(value: string): boolean {
  const text = squeezed(value);
  return text === "" || placeholders.has(text) || /^(.)\1*$/.test(text);
}

/**
 * Azure's chassis tag, the same on every machine: "MSFT AZURE VM" in decimal (the Azure data source of cloud-init
 * knows machines of Azure by it).
 */
const azureChassisTag = "77837084326590858269328677";

/** Serials shorter than this are numbers that somebody typed. */
const shortestSerial = 5;

export function isJunkSerial(value: string): boolean {
  const text = squeezed(value);
  if (text.length < shortestSerial || isPlaceholderText(value) || text === azureChassisTag) return true;
  // 12345678, 0123456789, 123456789012: typed along the keyboard.
  return "01234567890123456789".includes(text) || "abcdefghijklmnopqrstuvwxyz".includes(text);
}

/**
 * UUIDs of mainboards that were never given one: the placeholders known to osquery (`core/system.cpp`), all zeros and
 * all ones of the SMBIOS specification ("not present", "not set"), a Dell without its service tag, and the ones
 * counted through.
 */
const placeholderUuids = new Set([
  "03000200-0400-0500-0006-000700080009",
  "00020003-0004-0005-0006-000700080009",
  "03020100-0504-0706-0809-0a0b0c0d0e0f",
  "00010203-0405-0607-0809-0a0b0c0d0e0f",
  "10000000-0000-8000-0040-000000000000",
  "4c4c4544-0000-2010-8020-80c04f202020",
  "12345678-1234-1234-1234-123456789abc",
  "12345678-1234-5678-1234-567812345678",
  "12345678-1234-5678-90ab-cddeefaabbcc",
  "11111111-2222-3333-4444-555555555555",
  "deadbeef-dead-beef-dead-beefdeadbeef",
]);

/** A UUID in one spelling, lower case with dashes; `null` when it is none or a placeholder. */
export function readUuid(value: string): string | null {
  const hex = value.toLowerCase().replaceAll(/[{}\s-]|^urn:uuid:/g, "");
  if (!/^[0-9a-f]{32}$/.test(hex) || /^(.)\1*$/.test(hex) || /^(..)\1*$/.test(hex)) return null;
  const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return placeholderUuids.has(uuid) ? null : uuid;
}

/**
 * MAC addresses that software makes up, by their beginning. Those of clouds are kept: they too are locally administered,
 * so that bit alone says nothing.
 */
const madeUpMacs: readonly [prefix: string, whose: string][] = [
  ["00:00:00:00", "nobody's"],
  // Docker makes the rest from the container's address.
  ["02:42:", "Docker"],
  // Google makes the rest from the machine's address, so it adds nothing to it.
  ["42:01:", "Google Compute Engine"],
  // Assigned by VMware and its like on each host for itself (IEEE's list of owners).
  ["00:05:69", "VMware"],
  ["00:0c:29", "VMware"],
  ["00:1c:14", "VMware"],
  ["00:50:56", "VMware"],
  ["08:00:27", "VirtualBox"],
  ["0a:00:27", "VirtualBox, host only"],
  ["00:15:5d", "Hyper-V"],
  ["00:1c:42", "Parallels"],
  ["00:16:3e", "Xen"],
  ["52:54:00", "QEMU and KVM"],
  // One for all pods of a host.
  ["ee:ee:ee:ee:ee:ee", "Calico"],
  // Addresses that move between machines (RFC 5798, Cisco HSRP).
  ["00:00:5e:00:01", "VRRP"],
  ["00:00:5e:00:02", "VRRP"],
  ["00:00:0c:07:ac", "HSRP"],
  ["de:ad:be:ef", "a joke"],
];

/** A MAC address as `aa:bb:cc:dd:ee:ff`; `null` when it is none, a group's (IEEE 802), or made up. */
export function readMac(value: string): string | null {
  const hex = value.toLowerCase().replaceAll(/[^0-9a-f]/g, "");
  if (hex.length !== 12 || !/^[0-9a-f:.\- ]+$/i.test(value) || /^(.)\1*$/.test(hex)) return null;
  if ((Number.parseInt(hex.slice(0, 2), 16) & 1) === 1) return null;
  const mac = hex.match(/../g)!.join(":");
  return madeUpMacs.some(([prefix]) => mac.startsWith(prefix)) ? null : mac;
}

/** Names that images come with, and words for having no name. */
const everybodysNames = new Set([
  "localhost",
  "localhost4",
  "localhost6",
  "loopback",
  "host",
  "hostname",
  "computer",
  "server",
  "desktop",
  "laptop",
  "pc",
  "vm",
  "machine",
  "instance",
  "node",
  "template",
  "sysprep",
  "image",
  "linux",
  "windows",
  "ubuntu",
  "debian",
  "centos",
  "fedora",
  "rhel",
  "redhat",
  "rocky",
  "almalinux",
  "amazon",
  "suse",
  "kali",
  "raspberrypi",
  "docker",
  "vagrant",
  "packer",
  "root",
  "admin",
  "administrator",
  "workgroup",
]);

/** `ip-10-0-0-1` (EC2), `10-0-0-1`, `host-10.0.0.1`, `vm10-0-0-1`: the address, in words. */
const addressInName = /(^|[^0-9])(25[0-5]|2[0-4]\d|1?\d?\d)([-._](25[0-5]|2[0-4]\d|1?\d?\d)){3}($|[^0-9])/;
/** `ip-0a000001`: EC2, older. */
const hexAddress = /^ip-[0-9a-f]{8}$/;
/** EC2 named by its resource: `i-0123456789abcdef0`. */
const resourceName = /^i-[0-9a-f]{8,17}$/;

/** A host name in lower case, without the domain; `null` when it is none, or says nothing of the machine. */
export function readHostname(value: string): string | null {
  const whole = value.trim().toLowerCase();
  const name = isIPv4(whole) || isIPv6(whole) || addressInName.test(whole) ? "" : whole.split(".")[0]!;
  if (name.length < 2 || name.length > 63 || !/^[a-z0-9_][a-z0-9_-]*$/.test(name)) return null;
  return isEverybodysName(name) ? null : name;
}

function isEverybodysName(name: string): boolean {
  return everybodysNames.has(name) || isPlaceholderText(name) || hexAddress.test(name) || resourceName.test(name);
}

/**
 * Domains in which clouds, routers and clusters make up names by themselves. A name there is the machine's address, or
 * its name in the cloud once more, and comes back with the next machine.
 */
const madeUpDomains = [
  // Amazon EC2: private and public names.
  ".ec2.internal",
  ".compute.internal",
  ".amazonaws.com",
  ".amazonaws.com.cn",
  // Azure's own name service, not the names that people choose below cloudapp.azure.com.
  ".internal.cloudapp.net",
  // Kubernetes.
  ".cluster.local",
  ".svc",
  // Reverse look-ups.
  ".in-addr.arpa",
  ".ip6.arpa",
  // Home routers (RFC 8375 and before), Windows' connection sharing, Linux without a domain.
  ".home.arpa",
  ".home",
  ".lan",
  ".mshome.net",
  ".localdomain",
  ".localhost",
];

/** Google Compute Engine: `NAME.ZONE.c.PROJECT.internal`. */
const googleInternal = /\.c\.[a-z0-9.:-]+\.internal$/;

/** A fully qualified name in lower case, without the last dot; `null` when it is none, or was made up. */
export function readFqdn(value: string): string | null {
  const name = value.trim().toLowerCase().replace(/\.$/, "");
  if (name.length > 253 || !/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+$/.test(name))
    return null;
  if (isIPv4(name) || addressInName.test(name) || googleInternal.test(name)) return null;
  if (madeUpDomains.some((domain) => name.endsWith(domain))) return null;
  return isEverybodysName(name.split(".")[0]!) && name.startsWith("localhost.") ? null : name;
}

const noDomains = new Set(["workgroup", "mshome", "mygroup", "local", "localdomain", "domain", "builtin"]);

/** A domain of Windows in lower case; a workgroup is none. */
export function readDomain(value: string): string | null {
  const name = value.trim().toLowerCase().replace(/\.$/, "");
  if (name === "" || name.length > 253 || !/^[a-z0-9][a-z0-9._-]*$/.test(name)) return null;
  return noDomains.has(name) || isPlaceholderText(name) ? null : name;
}

/**
 * Ranges that are every machine's, or nobody's (IANA's special-purpose registries, RFC 6890): this network, loopback,
 * link-local, documentation, benchmarks, multicast and above; and the bridges that Docker and libvirt put on every
 * machine. Private addresses are kept, since they count together with a MAC address only.
 */
const nobodysIpv4 =
  /^(0|127|22[4-9]|23\d|24\d|25[0-5])\.|^169\.254\.|^192\.0\.[02]\.|^198\.1[89]\.|^198\.51\.100\.|^203\.0\.113\.|^172\.17\.|^192\.168\.122\./;
const nobodysIpv6 = /^(::1?$|fe[89ab]|ff|2001:db8:|64:ff9b:|::ffff:)/;

/** An IP address in one spelling; `null` when it is none, or everybody's. */
export function readIp(value: string): string | null {
  const text = value.trim().toLowerCase().split(/[/%]/)[0]!;
  if (isIPv4(text)) return nobodysIpv4.test(text) ? null : text;
  if (!isIPv6(text)) return null;
  const address = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  return nobodysIpv6.test(address) ? null : address;
}
