// Numbers: how columns are read, how values are shown, ticks and colors.

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const LEVELS = 4095,
  LOG_LEVELS = 16383;

// Integers, written by encoding.py: differences of some order, in base 64.
function readNumbers(text) {
  const values = [];
  let value = 0,
    shift = 1;
  for (const letter of text.slice(1)) {
    const digit = DIGITS.indexOf(letter);
    value += (digit & 31) * shift;
    shift *= 32;
    if (digit >= 32) continue;
    values.push(value % 2 ? -(value - 1) / 2 : value / 2);
    value = 0;
    shift = 1;
  }
  for (let order = Number(text[0]); order > 0; --order) {
    for (let k = 1; k < values.length; ++k) values[k] += values[k - 1];
  }
  return values;
}

function readColumn([low, high, logarithmic, text]) {
  return readNumbers(text).map((level) => {
    if (!logarithmic) return low + (high - low) * (level / LEVELS);
    return level === 0 ? 0 : low * Math.pow(high / low, (level - 1) / (LOG_LEVELS - 1));
  });
}

// A number with so many digits, as people write it.
function plain(value, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6))
    return Number(value.toPrecision(Math.min(digits, 3)))
      .toExponential()
      .replace("e+", "e");
  return String(Number(value.toPrecision(digits)));
}

// A number of a table: four digits, zeros at the end too, so that numbers below each other are alike. Those of a column of
// whole numbers are whole.
function numberText(value, isWhole) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  if (size === 0 || (isWhole && size < 1e6)) return String(value);
  if (size < 1e-3 || size >= 1e6) return value.toExponential(3).replace("e+", "e");
  return size < 1000 ? value.toPrecision(4) : value.toFixed(0);
}

function areWhole(values) {
  return values.every((value) => typeof value !== "number" || Number.isInteger(value));
}

// A value of a quantity with its unit. Quantities have a divisor that makes values read well.
function shown(value, quantity, digits = 4) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (quantity.percent) return `${plain(100 * value, digits)} %`;
  return plain(value / (quantity.divisor || 1), digits) + (quantity.unit ? ` ${quantity.unit}` : "");
}

function named(quantity) {
  return quantity.unit
    ? `${quantity.label} (${quantity.unit})`
    : quantity.percent
      ? `${quantity.label} (%)`
      : quantity.label;
}

// Round values between two others: of an axis.
function ticks(low, high, logarithmic, most = 6) {
  if (logarithmic && high / low >= 10) {
    const decades = Math.log10(high / low),
      every = Math.max(1, Math.ceil(decades / most)),
      found = [];
    for (let power = Math.ceil(Math.log10(low) - 1e-9); power <= Math.log10(high) + 1e-9; power += every)
      found.push(10 ** power);
    if (found.length > 2) return found;
    return [...found.flatMap((each) => [each, 2 * each, 5 * each]), found[0] / 2, found[0] / 5]
      .filter((each) => each >= low && each <= high)
      .sort((a, b) => a - b);
  }
  const step = niceStep((high - low) / most),
    found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) found.push(k * step);
  return found;
}

function niceStep(least) {
  const power = 10 ** Math.floor(Math.log10(least || 1));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= least) || 10);
}

// ---------------------------------------------------------------------------------------------------------------------
// Colors are in colors.json (LIGHT and DARK): Okabe and Ito's for names, a ramp that lightens evenly for numbers. Dashes
// tell lines apart without color.

const DASHES = [[], [7, 3], [2, 3], [9, 3, 2, 3], [12, 4], [4, 2]];
const COLORS = 7;

// The place of a label of an axis among the colors: a variable of CSS, or a mixture of two.
function colorName(axis, label) {
  if (!axis) return "var(--c0)";
  if (!axis.numeric || axis.labels.length < 4) return `var(--c${label % COLORS})`;
  return rampName(label / (axis.labels.length - 1));
}

function rampName(share) {
  const place = 3 * Math.min(1, Math.max(0, share)),
    first = Math.min(2, Math.floor(place));
  const percent = Math.round(100 * (place - first));
  return `color-mix(in srgb, var(--ramp${first + 1}) ${percent}%, var(--ramp${first}))`;
}

// The color of text on the ramp.
function onRamp(share) {
  return share < 0.5 ? "onlow" : "onhigh";
}

// The same as a color that a canvas, or an old reader of SVG, knows.
function solid(name, theme) {
  const mixed = /ramp(\d)\) (\d+)%/.exec(name);
  if (!mixed) return theme[/--(\w+)/.exec(name)[1]];
  const parts = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  const upper = parts(theme[`ramp${mixed[1]}`]),
    lower = parts(theme[`ramp${mixed[1] - 1}`]),
    share = mixed[2] / 100;
  return (
    "#" +
    upper
      .map((each, k) =>
        Math.round(share * each + (1 - share) * lower[k])
          .toString(16)
          .padStart(2, "0"),
      )
      .join("")
  );
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");
let printing = false;
function theme() {
  return dark.matches && !printing ? DARK : LIGHT;
}
