import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

/** The water that runs over a weir. */
const weir: MantineColorsTuple = [
  "#e6f4f5",
  "#cfe8ea",
  "#a3d3d7",
  "#74bdc3",
  "#4eaab2",
  "#2c949d",
  "#147f89",
  "#0b6b74",
  "#075860",
  "#04444b",
];

/** Mantine's own surfaces in the dark, on the same scale as the grounds and lines in theme.css. */
const dark: MantineColorsTuple = [
  "#dfe3e7",
  "#c2c8ce",
  "#a4adb6",
  "#6b757f",
  "#3a4249",
  "#2e343a",
  "#20252a",
  "#1b1f23",
  "#15181b",
  "#0f1214",
];

/** For what failed and what destroys: `--bad` of theme.css at the shades that are used on each ground. */
const red: MantineColorsTuple = [
  "#fdecec",
  "#f9d2d2",
  "#f4b0b0",
  "#fa9a9a",
  "#ff8585",
  "#e25555",
  "#cf3636",
  "#c02626",
  "#a81f1f",
  "#8f1a1a",
];

/** Mantine picks the ink on a filled button for the light scheme only; in the dark the fills are light. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  return input.variant === "filled" ? { ...colors, color: "var(--on-filled)" } : colors;
};

const closeButtonProps = { "aria-label": "Close" };

export const theme = createTheme({
  colors: { weir, dark, red },
  variantColorResolver,
  primaryColor: "weir",
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.25,
  cursorType: "pointer",
  respectReducedMotion: true,
  defaultRadius: "sm",
  fontFamily:
    'Inter, -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Helvetica, Arial, sans-serif',
  fontFamilyMonospace: "var(--mono)",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "19px" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "20px", lineHeight: "1.3" },
      h2: { fontSize: "16px", lineHeight: "1.35" },
      h3: { fontSize: "14px", lineHeight: "1.4" },
      h4: { fontSize: "13px", lineHeight: "1.4" },
    },
  },
  components: {
    Button: { defaultProps: { size: "xs" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    TextInput: { defaultProps: { size: "sm" } },
    PasswordInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm" } },
    // Its invisible first item would be one that no reader of screens may count among a menu's.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: { defaultProps: { closeButtonProps } },
    Drawer: { defaultProps: { closeButtonProps } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: false, multiline: true, maw: 420, fz: "xs" } },
    Badge: { defaultProps: { tt: "none", size: "sm", fw: 500 } },
    NavLink: {
      vars: () => ({ root: { "--nl-bg": "var(--accent-ground)", "--nl-color": "var(--accent)" }, children: {} }),
    },
    // Mantine's are 11 px.
    InputWrapper: { styles: { description: { fontSize: 12 }, error: { fontSize: 12 } } },
    Checkbox: { styles: { description: { fontSize: 12 } } },
    Switch: { styles: { description: { fontSize: 12 } } },
    Skeleton: { defaultProps: { animate: true, radius: "sm" } },
  },
});

const surfaces = {
  "--mantine-color-body": "var(--ground)",
  "--mantine-color-text": "var(--ink)",
  "--mantine-color-dimmed": "var(--ink-2)",
  "--mantine-color-default-border": "var(--line)",
  "--mantine-color-anchor": "var(--accent)",
  "--mantine-color-placeholder": "var(--ink-2)",
  "--mantine-color-error": "var(--bad)",
};

/** Mantine's words for surfaces and inks, in ours: theme.css says what they are in the light and in the dark. */
export const resolveVariables: CSSVariablesResolver = () => ({ variables: {}, light: surfaces, dark: surfaces });
