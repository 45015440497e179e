// Before anything is drawn, so that nobody who works in the dark is dazzled. A file of its own: the CSP takes no inline script.
try {
  const wish = localStorage.getItem("mantine-color-scheme-value");
  const isDark = wish === "dark" || (wish !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", isDark ? "dark" : "light");
} catch {
  document.documentElement.setAttribute("data-mantine-color-scheme", "light");
}
