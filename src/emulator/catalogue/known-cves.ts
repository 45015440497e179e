import type { CveFacts } from "./cves.ts";

// Id, CVSS, EPSS (rounded), flags, package, kind, version, fixed version, published, text.
// Flags: k = in CISA's KEV catalogue, x = an exploit is public, h = high-profile.
const table = `
CVE-2021-44228 | 10 | 0.975 | kxh | org.apache.logging.log4j:log4j-core | JAVA | 2.14.1 | 2.15.0 | 2021-12-10 | Apache Log4j2 JNDI features used in configuration, log messages, and parameters do not protect against attacker controlled LDAP and other JNDI related endpoints (Log4Shell).
CVE-2021-45046 | 9 | 0.972 | kxh | org.apache.logging.log4j:log4j-core | JAVA | 2.15.0 | 2.16.0 | 2021-12-14 | The fix to address CVE-2021-44228 in Apache Log4j 2.15.0 was incomplete in certain non-default configurations.
CVE-2021-45105 | 5.9 | 0.86 | x | org.apache.logging.log4j:log4j-core | JAVA | 2.16.0 | 2.17.0 | 2021-12-18 | Apache Log4j2 did not protect from uncontrolled recursion from self-referential lookups.
CVE-2024-3094 | 10 | 0.86 | xh | xz-libs | RPM | 5.6.0 | 5.6.2 | 2024-03-29 | Malicious code was discovered in the upstream tarballs of xz, starting with version 5.6.0, which modifies functions of liblzma.
CVE-2024-6387 | 8.1 | 0.61 | xh | openssh-server | DPKG | 1:9.6p1-3ubuntu13 | 1:9.6p1-3ubuntu13.3 | 2024-07-01 | A signal handler race condition was found in OpenSSH's server (sshd), where a client that does not authenticate within LoginGraceTime triggers unsafe calls (regreSSHion).
CVE-2014-0160 | 7.5 | 0.944 | kxh | openssl | DPKG | 1.0.1e-2 | 1.0.1g | 2014-04-07 | The TLS and DTLS implementations in OpenSSL do not properly handle Heartbeat Extension packets, which allows remote attackers to obtain sensitive information from process memory (Heartbleed).
CVE-2014-6271 | 9.8 | 0.942 | kxh | bash | RPM | 4.2.45-5 | 4.2.45-5.4 | 2014-09-24 | GNU Bash processes trailing strings after function definitions in the values of environment variables, which allows remote attackers to execute arbitrary code (Shellshock).
CVE-2022-22965 | 9.8 | 0.945 | kxh | org.springframework:spring-beans | JAVA | 5.3.17 | 5.3.18 | 2022-04-01 | A Spring MVC or Spring WebFlux application running on JDK 9+ may be vulnerable to remote code execution via data binding (Spring4Shell).
CVE-2022-22963 | 9.8 | 0.944 | kx | org.springframework.cloud:spring-cloud-function-context | JAVA | 3.2.2 | 3.2.3 | 2022-04-01 | In Spring Cloud Function a specially crafted SpEL as a routing-expression may result in remote code execution.
CVE-2023-44487 | 7.5 | 0.944 | kxh | nghttp2 | DPKG | 1.52.0-1 | 1.52.0-1+deb12u1 | 2023-10-10 | The HTTP/2 protocol allows a denial of service because request cancellation can reset many streams quickly (Rapid Reset).
CVE-2023-4863 | 8.8 | 0.941 | kxh | libwebp7 | DPKG | 1.2.4-0.2 | 1.2.4-0.2+deb12u1 | 2023-09-12 | Heap buffer overflow in libwebp allowed a remote attacker to perform an out of bounds memory write via a crafted image.
CVE-2023-38545 | 9.8 | 0.26 | xh | curl | DPKG | 7.88.1-10 | 7.88.1-10+deb12u4 | 2023-10-18 | This flaw makes curl overflow a heap based buffer in the SOCKS5 proxy handshake.
CVE-2022-0847 | 7.8 | 0.87 | kxh | kernel | RPM | 5.10.96-90.460 | 5.10.102-99.473 | 2022-03-10 | A flaw was found in the way the flags member of the new pipe buffer structure was lacking proper initialization (Dirty Pipe).
CVE-2021-4034 | 7.8 | 0.87 | kxh | polkit | RPM | 0.112-26 | 0.112-26.amzn2.1 | 2022-01-28 | A local privilege escalation vulnerability was found on polkit's pkexec utility (PwnKit).
CVE-2021-3156 | 7.8 | 0.92 | kxh | sudo | RPM | 1.8.23-9 | 1.8.23-10 | 2021-01-26 | Sudo before 1.9.5p2 contains an off-by-one error that can result in a heap-based buffer overflow (Baron Samedit).
CVE-2016-5195 | 7 | 0.94 | kx | kernel | RPM | 3.10.0-327 | 3.10.0-327.36.3 | 2016-11-10 | Race condition in mm/gup.c in the Linux kernel allows local users to gain privileges (Dirty COW).
CVE-2023-4911 | 7.8 | 0.74 | kxh | libc6 | DPKG | 2.36-9 | 2.36-9+deb12u3 | 2023-10-03 | A buffer overflow was discovered in the GNU C Library's dynamic loader while processing GLIBC_TUNABLES (Looney Tunables).
CVE-2024-21626 | 8.6 | 0.05 | xh | runc | GO | 1.1.11 | 1.1.12 | 2024-01-31 | In runc 1.1.11 and earlier, due to an internal file descriptor leak, an attacker could cause a new container process to have a working directory in the host filesystem namespace (Leaky Vessels).
CVE-2019-5736 | 8.6 | 0.53 | xh | runc | GO | 1.0.0-rc6 | 1.0.0-rc7 | 2019-02-11 | runc through 1.0-rc6 allows attackers to overwrite the host runc binary and obtain host root access.
CVE-2022-42889 | 9.8 | 0.94 | xh | org.apache.commons:commons-text | JAVA | 1.9 | 1.10.0 | 2022-10-13 | Apache Commons Text performs variable interpolation that could result in arbitrary code execution (Text4Shell).
CVE-2017-5638 | 9.8 | 0.943 | kx | org.apache.struts:struts2-core | JAVA | 2.3.31 | 2.3.32 | 2017-03-11 | The Jakarta Multipart parser in Apache Struts mishandles exceptions during file upload, which allows remote code execution via a crafted Content-Type.
CVE-2020-1938 | 9.8 | 0.944 | kx | org.apache.tomcat:tomcat-coyote | JAVA | 9.0.30 | 9.0.31 | 2020-02-24 | When using the Apache JServ Protocol, Tomcat treats AJP connections as having higher trust than HTTP connections (Ghostcat).
CVE-2025-24813 | 9.8 | 0.941 | kx | org.apache.tomcat:tomcat-catalina | JAVA | 9.0.98 | 9.0.99 | 2025-03-10 | Path equivalence in the default servlet of Apache Tomcat may lead to remote code execution or information disclosure.
CVE-2019-0708 | 9.8 | 0.945 | kxh | Windows Server 2008 R2 | KB | 6.1.7601.24384 | 6.1.7601.24441 | 2019-05-16 | A remote code execution vulnerability exists in Remote Desktop Services when an unauthenticated attacker connects using RDP (BlueKeep).
CVE-2017-0144 | 8.8 | 0.944 | kxh | Windows Server 2012 R2 | KB | 6.3.9600.18589 | 6.3.9600.18604 | 2017-03-17 | The SMBv1 server in Microsoft Windows allows remote attackers to execute arbitrary code via crafted packets (EternalBlue).
CVE-2020-1472 | 10 | 0.944 | kxh | Windows Server 2019 | KB | 10.0.17763.1294 | 10.0.17763.1397 | 2020-08-17 | An elevation of privilege vulnerability exists in Netlogon secure channel connections (Zerologon).
CVE-2021-34527 | 8.8 | 0.942 | kxh | Windows Server 2016 | KB | 10.0.14393.4467 | 10.0.14393.4470 | 2021-07-02 | A remote code execution vulnerability exists when the Windows Print Spooler service improperly performs privileged file operations (PrintNightmare).
CVE-2020-0601 | 8.1 | 0.939 | kx | Windows Server 2019 | KB | 10.0.17763.914 | 10.0.17763.973 | 2020-01-14 | A spoofing vulnerability exists in the way Windows CryptoAPI validates Elliptic Curve Cryptography certificates.
CVE-2022-3602 | 7.5 | 0.85 | xh | libssl3 | DPKG | 3.0.5-2 | 3.0.7-1 | 2022-11-01 | A buffer overrun can be triggered in X.509 certificate verification, specifically in name constraint checking.
CVE-2022-3786 | 7.5 | 0.23 | x | libssl3 | DPKG | 3.0.5-2 | 3.0.7-1 | 2022-11-01 | A buffer overrun can be triggered in X.509 certificate verification by a crafted e-mail address.
CVE-2022-0778 | 7.5 | 0.11 | x | openssl-libs | RPM | 1.0.2k-19 | 1.0.2k-24 | 2022-03-15 | The BN_mod_sqrt() function contains a bug that can cause it to loop forever for non-prime moduli.
CVE-2021-3449 | 5.9 | 0.09 | x | libssl1.1 | DPKG | 1.1.1d-0 | 1.1.1d-0+deb10u6 | 2021-03-25 | An OpenSSL TLS server may crash if sent a maliciously crafted renegotiation ClientHello message from a client.
CVE-2023-0286 | 7.4 | 0.89 |  | libssl1.1 | DPKG | 1.1.1n-0 | 1.1.1n-0+deb11u4 | 2023-02-08 | There is a type confusion vulnerability relating to X.400 address processing inside an X.509 GeneralName.
CVE-2023-2650 | 6.5 | 0.92 |  | libssl3 | DPKG | 3.0.8-1 | 3.0.9-1 | 2023-05-30 | Processing some specially crafted ASN.1 object identifiers may be very slow.
CVE-2023-5363 | 7.5 | 0.03 |  | libssl3 | DPKG | 3.0.11-1 | 3.0.11-1~deb12u2 | 2023-10-25 | A bug has been identified in the processing of key and initialisation vector lengths.
CVE-2022-37434 | 9.8 | 0.91 | x | zlib1g | DPKG | 1:1.2.11.dfsg-2 | 1:1.2.11.dfsg-2+deb11u2 | 2022-08-05 | zlib through 1.2.12 has a heap-based buffer over-read or buffer overflow in inflate via a large gzip header extra field.
CVE-2018-25032 | 7.5 | 0.01 |  | zlib | APK | 1.2.11-r3 | 1.2.12-r0 | 2022-03-25 | zlib before 1.2.12 allows memory corruption when deflating if the input has many distant matches.
CVE-2023-43804 | 8.1 | 0.01 |  | urllib3 | PYTHON | 1.26.16 | 1.26.17 | 2023-10-04 | urllib3 doesn't treat the Cookie HTTP header special, so it can leak information via HTTP redirects to a different origin.
CVE-2024-37891 | 4.4 | 0.002 |  | urllib3 | PYTHON | 1.26.18 | 1.26.19 | 2024-06-17 | When using urllib3's proxy support without ProxyManager, the Proxy-Authorization header is not stripped on cross-origin redirects.
CVE-2023-32681 | 6.1 | 0.06 |  | requests | PYTHON | 2.30.0 | 2.31.0 | 2023-05-26 | Requests has been leaking Proxy-Authorization headers to destination servers when redirected to an HTTPS endpoint.
CVE-2022-40897 | 5.9 | 0.005 |  | setuptools | PYTHON | 65.5.0 | 65.5.1 | 2022-12-23 | Python Packaging Authority setuptools before 65.5.1 allows remote attackers to cause a denial of service via HTML in a crafted package.
CVE-2024-6345 | 8.8 | 0.02 |  | setuptools | PYTHON | 69.1.1 | 70.0.0 | 2024-07-15 | A vulnerability in the package_index module of pypa/setuptools allows for remote code execution via its download functions.
CVE-2021-23337 | 7.2 | 0.008 | x | lodash | JAVASCRIPT | 4.17.20 | 4.17.21 | 2021-02-15 | Lodash versions prior to 4.17.21 are vulnerable to command injection via the template function.
CVE-2019-10744 | 9.1 | 0.02 | x | lodash | JAVASCRIPT | 4.17.11 | 4.17.12 | 2019-07-26 | Versions of lodash lower than 4.17.12 are vulnerable to prototype pollution.
CVE-2020-8203 | 7.4 | 0.04 | x | lodash | JAVASCRIPT | 4.17.15 | 4.17.20 | 2020-07-15 | Prototype pollution attack when using _.zipObjectDeep in lodash before 4.17.20.
CVE-2021-44906 | 9.8 | 0.01 | x | minimist | JAVASCRIPT | 1.2.5 | 1.2.6 | 2022-03-17 | Minimist <=1.2.5 is vulnerable to prototype pollution via file index.js, function setKey().
CVE-2022-24999 | 7.5 | 0.01 | x | qs | JAVASCRIPT | 6.5.2 | 6.5.3 | 2022-11-26 | qs before 6.10.3 allows attackers to cause a Node process hang because an __ proto__ key can be used.
CVE-2022-25883 | 7.5 | 0.003 |  | semver | JAVASCRIPT | 7.3.8 | 7.5.2 | 2023-06-21 | Versions of the package semver before 7.5.2 are vulnerable to regular expression denial of service.
CVE-2023-45133 | 9.3 | 0.001 |  | @babel/traverse | JAVASCRIPT | 7.22.8 | 7.23.2 | 2023-10-12 | Using Babel to compile code that was specifically crafted by an attacker can lead to arbitrary code execution during compilation.
CVE-2024-4068 | 7.5 | 0.002 |  | braces | JAVASCRIPT | 3.0.2 | 3.0.3 | 2024-05-14 | The NPM package braces fails to limit the number of characters it can handle, which could lead to memory exhaustion.
CVE-2024-21538 | 7.5 | 0.001 |  | cross-spawn | JAVASCRIPT | 7.0.3 | 7.0.5 | 2024-11-08 | Versions of the package cross-spawn before 7.0.5 are vulnerable to regular expression denial of service.
CVE-2025-29927 | 9.1 | 0.92 | xh | next | JAVASCRIPT | 14.2.24 | 14.2.25 | 2025-03-21 | It is possible to bypass authorization checks within a Next.js application if the check occurs in middleware.
CVE-2025-55182 | 10 | 0.6 | kxh | react-server-dom-webpack | JAVASCRIPT | 19.2.0 | 19.2.1 | 2025-12-03 | A pre-authentication remote code execution vulnerability exists in React Server Components: the server unsafely deserializes payloads from HTTP requests.
CVE-2023-39325 | 7.5 | 0.02 |  | golang.org/x/net | GO | 0.15.0 | 0.17.0 | 2023-10-11 | A malicious HTTP/2 client which rapidly creates requests and immediately resets them can cause excessive server resource consumption.
CVE-2023-45288 | 7.5 | 0.67 |  | golang.org/x/net | GO | 0.22.0 | 0.23.0 | 2024-04-04 | An attacker may cause an HTTP/2 endpoint to read arbitrary amounts of header data by sending an excessive number of CONTINUATION frames.
CVE-2024-24790 | 9.8 | 0.002 |  | stdlib | GO | 1.22.3 | 1.22.4 | 2024-06-05 | The various Is methods did not work as expected for IPv4-mapped IPv6 addresses.
CVE-2022-1471 | 9.8 | 0.94 | x | org.yaml:snakeyaml | JAVA | 1.33 | 2.0 | 2022-12-01 | SnakeYaml's Constructor() class does not restrict types which can be instantiated during deserialization.
CVE-2020-36518 | 7.5 | 0.005 |  | com.fasterxml.jackson.core:jackson-databind | JAVA | 2.12.6 | 2.12.6.1 | 2022-03-11 | jackson-databind before 2.13.0 allows a Java StackOverflow exception via a large depth of nested objects.
CVE-2022-42003 | 7.5 | 0.003 |  | com.fasterxml.jackson.core:jackson-databind | JAVA | 2.13.4 | 2.13.4.2 | 2022-10-02 | Resource exhaustion can occur in jackson-databind because of a lack of a check to avoid deep wrapper array nesting.
CVE-2024-38816 | 7.5 | 0.91 | x | org.springframework:spring-webmvc | JAVA | 6.1.12 | 6.1.13 | 2024-09-13 | Applications serving static resources through the functional web frameworks are vulnerable to path traversal attacks.
CVE-2022-22978 | 9.8 | 0.9 | x | org.springframework.security:spring-security-core | JAVA | 5.6.3 | 5.6.4 | 2022-05-19 | Applications using RegexRequestMatcher with . in the regular expression are possibly vulnerable to an authorization bypass.
CVE-2023-46604 | 9.8 | 0.944 | kxh | org.apache.activemq:activemq-client | JAVA | 5.18.2 | 5.18.3 | 2023-10-27 | The Java OpenWire protocol marshaller is vulnerable to remote code execution.
CVE-2024-23897 | 9.8 | 0.945 | kxh | jenkins | JAVA | 2.441 | 2.442 | 2024-01-24 | Jenkins 2.441 and earlier does not disable a feature of its CLI command parser that replaces an @ followed by a file path with the file's contents.
CVE-2021-42013 | 9.8 | 0.944 | kxh | httpd | RPM | 2.4.50 | 2.4.51 | 2021-10-07 | It was found that the fix for CVE-2021-41773 in Apache HTTP Server 2.4.50 was insufficient: path traversal and remote code execution.
CVE-2023-25690 | 9.8 | 0.66 | x | apache2 | DPKG | 2.4.54-1 | 2.4.56-1 | 2023-03-07 | Some mod_proxy configurations on Apache HTTP Server allow a HTTP request smuggling attack.
CVE-2022-41741 | 7.8 | 0.001 |  | nginx | DPKG | 1.22.0-3 | 1.22.1-1 | 2022-10-19 | NGINX has a vulnerability in the module ngx_http_mp4_module that might allow a local attacker to corrupt worker memory.
CVE-2021-23017 | 7.7 | 0.72 | x | nginx | APK | 1.20.0-r0 | 1.20.1-r0 | 2021-06-01 | A security issue in nginx resolver might allow an attacker to cause a 1-byte memory overwrite by forging UDP packets from the DNS server.
CVE-2019-11043 | 9.8 | 0.941 | kx | php7.3-fpm | DPKG | 7.3.9-1 | 7.3.11-1 | 2019-10-28 | In certain configurations of FPM setup it is possible to write past allocated buffers, leading to remote code execution.
CVE-2024-4577 | 9.8 | 0.944 | kxh | php | KB | 8.3.7 | 8.3.8 | 2024-06-09 | When using Apache and PHP-CGI on Windows, Best-Fit behavior may replace characters in the command line given to Win32 API functions.
CVE-2024-1086 | 7.8 | 0.85 | kx | linux-image-generic | DPKG | 5.15.0.91 | 5.15.0.94 | 2024-01-31 | A use-after-free vulnerability in the Linux kernel's netfilter: nf_tables component can be exploited to achieve local privilege escalation.
CVE-2022-29155 | 9.8 | 0.02 |  | libldap-2.4-2 | DPKG | 2.4.57+dfsg-3 | 2.4.57+dfsg-3+deb11u1 | 2022-05-04 | A SQL injection vulnerability exists in the experimental back-sql backend to slapd in OpenLDAP.
CVE-2023-38408 | 9.8 | 0.66 | x | openssh-client | DPKG | 1:8.4p1-5 | 1:8.4p1-5+deb11u2 | 2023-07-20 | The PKCS#11 feature in ssh-agent in OpenSSH before 9.3p2 has an insufficiently trustworthy search path.
CVE-2023-48795 | 5.9 | 0.55 | xh | openssh-client | DPKG | 1:9.2p1-2 | 1:9.2p1-2+deb12u2 | 2023-12-18 | The SSH transport protocol with certain OpenSSH extensions allows remote attackers to bypass integrity checks (Terrapin).
CVE-2022-1304 | 7.8 | 0.001 |  | e2fsprogs | DPKG | 1.46.2-2 |  | 2022-04-14 | An out-of-bounds read/write vulnerability was found in e2fsprogs 1.46.5 via a specially crafted filesystem.
CVE-2023-29491 | 7.8 | 0.001 |  | ncurses-base | DPKG | 6.2+20201114-2 | 6.2+20201114-2+deb11u2 | 2023-04-14 | ncurses before 6.4 20230408, when used by a setuid application, allows local users to trigger memory corruption.
CVE-2022-48174 | 9.8 | 0.01 |  | busybox | APK | 1.35.0-r29 | 1.35.0-r31 | 2023-08-22 | There is a stack overflow vulnerability in ash.c of busybox before 1.35.
CVE-2021-33574 | 9.8 | 0.02 |  | glibc | RPM | 2.26-45 | 2.26-56 | 2021-05-25 | The mq_notify function in the GNU C Library has a use-after-free.
CVE-2015-0235 | 9.8 | 0.89 | x | glibc | RPM | 2.17-55 | 2.17-55.el7_0.5 | 2015-01-28 | Heap-based buffer overflow in the __nss_hostname_digits_dots function in glibc (GHOST).
CVE-2024-2961 | 7.3 | 0.92 | x | libc-bin | DPKG | 2.36-9+deb12u4 | 2.36-9+deb12u7 | 2024-04-17 | The iconv() function in the GNU C Library may overflow the output buffer when converting to the ISO-2022-CN-EXT character set.
CVE-2025-1974 | 9.8 | 0.9 | xh | k8s.io/ingress-nginx | GO | 1.12.0 | 1.12.1 | 2025-03-24 | An unauthenticated attacker with access to the pod network can achieve arbitrary code execution in the context of the ingress-nginx controller (IngressNightmare).
CVE-2025-32433 | 10 | 0.6 | kxh | erlang | DPKG | 1:25.2.3 | 1:25.2.3+dfsg-1+deb12u1 | 2025-04-16 | Erlang/OTP SSH server may allow an attacker to perform unauthenticated remote code execution.
`;

/** CVEs that everyone knows; they stand near the head of the catalogue and so are found often. */
export const knownCves: CveFacts[] = table.trim().split("\n").map(readLine);

function readLine(line: string): CveFacts {
  const [id, cvss, epss, flags, packageName, kind, version, fixedVersion, published, text] = line.split(" | ") as [
    string,
    ...string[],
  ];
  return {
    id,
    cvss: Number(cvss),
    epss: Number(epss),
    kev: flags!.includes("k"),
    exploit: flags!.includes("x"),
    highProfile: flags!.includes("h"),
    packageName: packageName!,
    kind: kind as CveFacts["kind"],
    version: version!,
    fixedVersion: fixedVersion === "" ? null : fixedVersion!,
    published: published!,
    text: text!,
  };
}
