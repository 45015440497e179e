import { fraction, keyOf, mix, pick } from "../tenant/hash.ts";
import { knownCves } from "./known-cves.ts";

/** What a CVE is, before Wiz's names for it. */
export interface CveFacts {
  id: string;
  cvss: number;
  /** Probability of exploitation, 0-1. */
  epss: number;
  kev: boolean;
  exploit: boolean;
  highProfile: boolean;
  packageName: string;
  /** A package manager, or a language for libraries. */
  kind: "RPM" | "DPKG" | "APK" | "KB" | "JAVA" | "JAVASCRIPT" | "PYTHON" | "GO" | "CSHARP" | "RUBY" | "RUST" | "PHP";
  version: string;
  /** `null`: nothing to upgrade to yet. */
  fixedVersion: string | null;
  /** `yyyy-mm-dd`. */
  published: string;
  text: string;
}

/** As many CVEs as a tenant of this size shows: the known ones and made-up ones that look like them. */
export function listCves(vulnerabilities: number, seed: number): CveFacts[] {
  const wanted = Math.min(20_000, Math.max(200, Math.round(vulnerabilities / 40)));
  const key = keyOf("cve", seed);
  const taken = new Set(knownCves.map((cve) => cve.id));
  const list: CveFacts[] = [];
  let known = 0;
  for (let i = 0; list.length < wanted; i++) {
    // The first of the list are found most often; the famous ones are among them, not all of them.
    if (i % 3 === 0 && known < knownCves.length) list.push(knownCves[known++]!);
    const cve = inventCve(key, i);
    if (taken.has(cve.id)) continue;
    taken.add(cve.id);
    list.push(cve);
  }
  return list;
}

const packages: Record<CveFacts["kind"], readonly string[]> = {
  RPM: [
    "kernel",
    "glibc",
    "openssl-libs",
    "systemd",
    "python3",
    "vim-minimal",
    "libxml2",
    "expat",
    "sqlite",
    "bind-libs",
    "curl",
    "krb5-libs",
    "dbus",
    "libtiff",
    "rsync",
  ],
  DPKG: [
    "linux-libc-dev",
    "libssl3",
    "libexpat1",
    "perl-base",
    "tar",
    "libpam-modules",
    "libsystemd0",
    "gnupg",
    "libxml2",
    "libgnutls30",
    "git",
    "libsqlite3-0",
    "imagemagick",
    "ghostscript",
    "bind9-host",
  ],
  APK: ["libcrypto3", "libssl3", "busybox", "musl", "curl", "libxml2", "expat", "nghttp2-libs", "openldap", "git"],
  KB: [
    "Windows Server 2016",
    "Windows Server 2019",
    "Windows Server 2022",
    "Microsoft Edge",
    ".NET Framework 4.8",
    "SQL Server 2019",
  ],
  JAVA: [
    "io.netty:netty-codec-http2",
    "org.apache.tomcat.embed:tomcat-embed-core",
    "com.google.guava:guava",
    "org.postgresql:postgresql",
    "ch.qos.logback:logback-classic",
    "org.apache.kafka:kafka-clients",
    "com.h2database:h2",
    "org.eclipse.jetty:jetty-server",
    "commons-fileupload:commons-fileupload",
    "org.apache.commons:commons-compress",
  ],
  JAVASCRIPT: [
    "axios",
    "express",
    "tough-cookie",
    "word-wrap",
    "ws",
    "jsonwebtoken",
    "json5",
    "node-fetch",
    "undici",
    "vite",
    "postcss",
    "follow-redirects",
    "path-to-regexp",
    "tar",
    "ip",
  ],
  PYTHON: [
    "django",
    "flask",
    "jinja2",
    "pillow",
    "cryptography",
    "aiohttp",
    "tornado",
    "werkzeug",
    "certifi",
    "gunicorn",
    "transformers",
    "pyyaml",
  ],
  GO: [
    "golang.org/x/crypto",
    "github.com/golang-jwt/jwt",
    "google.golang.org/grpc",
    "github.com/docker/docker",
    "github.com/containerd/containerd",
    "stdlib",
    "github.com/opencontainers/runc",
  ],
  CSHARP: ["System.Text.Json", "Newtonsoft.Json", "Microsoft.Data.SqlClient", "Azure.Identity"],
  RUBY: ["rails", "rack", "nokogiri", "rexml", "puma"],
  RUST: ["tokio", "hyper", "rustls", "openssl", "h2"],
  PHP: ["symfony/http-foundation", "laravel/framework", "guzzlehttp/psr7", "phpmailer/phpmailer"],
};

// Operating-system packages dominate what scanners find; libraries follow.
const kinds: readonly CveFacts["kind"][] = [
  "DPKG",
  "DPKG",
  "DPKG",
  "RPM",
  "RPM",
  "RPM",
  "APK",
  "KB",
  "JAVA",
  "JAVA",
  "JAVASCRIPT",
  "JAVASCRIPT",
  "PYTHON",
  "PYTHON",
  "GO",
  "GO",
  "CSHARP",
  "RUBY",
  "RUST",
  "PHP",
];

const flaws = [
  "A heap-based buffer overflow in {p} allows a remote attacker to execute arbitrary code via a crafted request.",
  "An integer overflow in {p} may lead to an out-of-bounds read and disclosure of process memory.",
  "{p} does not limit the nesting of parsed structures, which allows denial of service by resource exhaustion.",
  "A use-after-free in {p} allows a local user to gain privileges.",
  "Improper input validation in {p} allows path traversal and reading of files outside the served directory.",
  "{p} accepts certificates with mismatching names under certain options, allowing machine-in-the-middle attacks.",
  "Inefficient regular expression complexity in {p} allows an attacker to stall the service (ReDoS).",
  "{p} follows redirects with credentials attached, which leaks authorization headers to other origins.",
  "A race condition in {p} allows a local attacker to overwrite files owned by another user.",
  "Deserialization of untrusted data in {p} can lead to remote code execution when a gadget is on the class path.",
];

function inventCve(key: number, i: number): CveFacts {
  const kind = pick(key, i, 1, kinds);
  const packageName = pick(key, i, 2, packages[kind]);
  const year = 2018 + Math.floor(8 * Math.sqrt(fraction(key, i, 3)));
  const major = mix(key, i, 4) % 12;
  const minor = mix(key, i, 5) % 30;
  const patch = mix(key, i, 6) % 20;
  const cvss = Math.round((2.4 + 7.4 * fraction(key, i, 7) ** 0.8) * 10) / 10;
  const exploit = fraction(key, i, 8) < 0.12;
  const suffix = kind === "DPKG" ? "-1" : kind === "RPM" ? "-12.el8" : kind === "APK" ? "-r0" : "";
  return {
    id: `CVE-${year}-${1000 + (mix(key, i, 9) % 55_000)}`,
    cvss,
    epss: Math.round(fraction(key, i, 10) ** 6 * (exploit ? 0.9 : 0.2) * 100_000) / 100_000,
    kev: exploit && fraction(key, i, 11) < 0.15,
    exploit,
    highProfile: false,
    packageName,
    kind,
    version: `${major}.${minor}.${patch}${suffix}`,
    fixedVersion:
      fraction(key, i, 12) < 0.83 ? `${major}.${minor}.${patch + 1 + (mix(key, i, 13) % 4)}${suffix}` : null,
    published: `${year}-${two(1 + (mix(key, i, 14) % 12))}-${two(1 + (mix(key, i, 15) % 28))}`,
    text: pick(key, i, 16, flaws).replace("{p}", packageName),
  };
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}
