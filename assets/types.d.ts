// What Python sends to the components, and how Streamlit calls them. `lstm_viz/` names the module that writes each of them.

// ── Streamlit ────────────────────────────────────────────────────────────────────────────────

/** What Streamlit hands to the default export of a component with every rerun. */
interface ComponentCall<Data> {
  data: Data;
  key: string;
  name: string;
  parentElement: HTMLElement | ShadowRoot;
  setStateValue: Send;
  setTriggerValue: Send;
}

/** Only JSON goes back to Python. */
type Json = string | number | boolean | null | undefined | Json[] | { [name: string]: Json };
type Send = (name: string, value: Json) => void;

// ── what several components take ─────────────────────────────────────────────────────────────

/** `figures/theme.py`: colours by what they mean; `page` is the page's own, which the browser adds. */
type Palette = Record<string, string>;
type Palettes = { light: Palette; dark: Palette };

/** What everything that is drawn on a stage has. */
type Colourful = { palettes: Palettes };

/** `glossary.py`. */
type Term = { name: string; label: string; meaning: string; symbol: string };
type Terms = Record<string, Term>;
type Cell = "lstm" | "gru" | "rnn";
type Framework = "torch" | "keras";

/** Rows by columns, the rows behind each other. */
type Table = { rows: number; columns: number; data: Float32Array };

/** A lane of any of the large pictures. */
type Lane = { cell: Cell; label: string };
type Point = { x: number; y: number };

/** What a pointer's event and a place on an element have in common. */
type ClientPoint = { clientX: number; clientY: number };

/** A word and its value in a tip. */
type TipRow = [word: string, value: string];

/** What becomes attributes of an element; `text` becomes its text. */
type Attributes = Record<string, string | number | boolean>;

/** From a value to a colour of CSS. */
type Paint = (value: number) => string;

// ── scenes: stepping/payload.py writes all three kinds ───────────────────────────────────────

/** The header of every scene. */
interface SceneHeader<L extends Lane> extends Colourful {
  about: string;
  version: string;
  tokens: string[];
  terms: Terms;
  lanes: L[];
  arrays: Record<string, [start: number, rows: number, columns: number]>;
}

/** `describe_sequence`: what is read, asked and right. */
interface SequenceHeader {
  changed_tokens: string[];
  vocabulary: string[];
  outputs: string[];
  asks: "token" | "class" | "values";
  fixed: boolean;
  trained: boolean;
  changed_answers: number[][];
  right: (number | null)[];
  series: Series | null;
  start: number;
  start_unit: number;
  changes: Change[];
}

type Series = { name: string; stamps: string[]; read: number[]; truth: (number | null)[] };

/** `describe_change`: `unit`, `first` and `last` are null for all there are. */
interface Change {
  text: string;
  words: string;
  name: string;
  cell: Cell | null;
  unit: number | null;
  first: number | null;
  last: number | null;
}

interface StepLane extends Lane {
  about: string;
  proof: string;
  proof_meaning: string;
  score: string;
  score_meaning: string;
  hidden_size: number;
  gates: string[];
  memory: "cell_state" | "hidden_state";
  biases: Record<string, number[]>;
  flows: string[];
  most_flow: number;
  changed: boolean;
  ranges: Record<string, [least: number, most: number]>;
  beyond: string;
}

type StepHeader = SceneHeader<StepLane> & SequenceHeader & { guide: string };
type StepScene = import("./shared/scene.js").Scene<StepLane> & StepHeader;

/** `stepping/overview.py`. */
interface OverviewLane extends Lane {
  hidden_size: number;
  maps: string[];
  memory: string;
  order: number[];
  tested_on: string;
  tested_steps: number;
  told_by: string[];
  concepts: Concept[];
  findings: number[][];
  examples: Example[];
}

type Concept = { name: string; meaning: string; kind: string; samples: number; chance: number };
type Example = { tokens: string[]; first: number };

/** Steps from `first` to `last`, both included. */
type Steps = { first: number; last: number };
type Stretch = Steps & { cell: string };
type Similar = Steps & { similarity: number };
type Passage = Similar & { tokens: string[] };
type Search = Stretch & { here: Similar[]; elsewhere: Passage[] };
type OverviewHeader = SceneHeader<OverviewLane> & SequenceHeader & { search: Search | null };
type OverviewScene = import("./shared/scene.js").Scene<OverviewLane> & OverviewHeader;

/** `flow/payload.py`. */
interface FlowLane extends Lane {
  hidden_size: number;
  parameters: number;
  readers: number;
  activation: "tanh" | "relu" | "";
  top: boolean;
  layer: number;
  layers: number;
  frames: FlowFrame[];
}

/** null: no finite number. */
type Spread = { median: number | null; low: number | null; high: number | null };

interface FlowFrame {
  epoch: number;
  verdict: "vanishes" | "fades" | "holds" | "grows" | "explodes" | "overflows";
  pace: string;
  words: string;
  clip_words: string;
  half_life: Spread;
  factor: Spread;
  log_ratio: Spread;
  loss: number | null;
  overflow: { step: number } | null;
  heat_steps: number[];
  spectrum_steps: number[];
  sensitivity_steps: number[];
  radii: Record<string, number>;
  stretches: Record<string, number>;
}

interface FlowHeader extends SceneHeader<FlowLane> {
  numbered: boolean;
  trained: boolean;
  loss_steps: number[];
  floor: number;
  lesson: string;
}

type FlowScene = import("./shared/scene.js").Scene<FlowLane> & FlowHeader;

// ── ui/layer_map.py ──────────────────────────────────────────────────────────────────────────

interface LayerMapData extends Colourful {
  shown: Framework;
  gates: LayerGate[];
  frameworks: { name: Framework; label: string }[];
  rows: (LayerPorts | LayerPart)[];
  claims: Claim[];
}

interface LayerGate {
  gate: string;
  label: string;
  meaning: string;
  letters: Record<Framework, string>;
  places: Record<Framework, number>;
}

type LayerPorts = Record<Framework, Port[]> & { kind: "ports"; goes_in: boolean };

interface LayerPart extends Record<Framework, TensorFact[]> {
  kind: "part";
  part: string;
  title: string;
  reads: number;
  gives: number;
  calls: Record<Framework, string>;
}

interface Port {
  framework: Framework;
  module: string;
  name: string;
  shape: number[];
  symbols: string[];
  meaning: string;
  goes_in: boolean;
}

type Block = { gate: string; symbol: string; label: string; start: number; stop: number };

interface TensorFact {
  name: string;
  short: string;
  role: string;
  shape: number[];
  symbols: string[];
  count: number;
  meaning: string;
  axis: number | null;
  blocks: Block[];
}

type Claim = { left: string; right: string; same: boolean; meaning: string; difference: number; holds: boolean };

// ── ui/worked_bench.py ───────────────────────────────────────────────────────────────────────

interface WorkedData extends Colourful {
  cell: Cell;
  cells: Lane[];
  gates: WorkedGate[];
  units: WorkedUnit[];
  fields: Record<string, string[]>;
  typed: Record<string, string>;
  errors: Record<string, string>;
  terms: Terms;
}

type WorkedGate = { name: string; letter: string; label: string; meaning: string; units: WorkedSum[] };

/** One gate of one unit as a sum. */
interface WorkedSum {
  field: string;
  lines: WorkedLine[];
  sum: string;
  reset: string;
  pre: number;
  pre_words: string;
  exact: boolean;
  value: number;
  words: string;
  squash: Equation;
}

type WorkedLine = { name: string; amount: number; after: number; words: string };
type Equation = { name: string; symbol: string; formula: string; lines: string[] };
type WorkedUnit = { values: Record<string, { value: number; words: string }>; equations: Equation[] };

// ── ui/count_panel.py, ui/myths_panel.py ─────────────────────────────────────────────────────

type TallyData = Colourful & { count: TallyTable; costs: TallyTable[] };
type TallyTable = { title: string; parts: { title: string; rows: TallyRow[] }[]; totals: TallyTotal[]; note: string };
type TallyRow = { words: string; symbols: string; numbers: string; value: string; amount?: number; of: Framework[] };
type TallyTotal = { words: string; numbers: string; value: string; right?: boolean };
type MythsData = Colourful & { cards: Myth[] };

/** What stands below `claim` is there once the card is open. */
interface Myth {
  key: string;
  claim: string;
  truth?: string;
  wrong?: string;
  right?: string;
  evidence?: { figures: { words: string; value: number; text: string }[]; method: string };
}

// ── ui/runs_table.py, ui/run_memory.py, ui/arrive.py ─────────────────────────────────────────

type RunsData = Colourful & { rows: RunFacts[]; selected: string[]; most: number };

interface RunFacts {
  key: string;
  name: string;
  data: string;
  model: string;
  horizon: string;
  mase: string;
  outcome: "better" | "no better" | "worse" | "";
  status: string;
  status_text: string;
  done: number | null;
  age: string;
}

type MemoryData = { mine: string[]; gone: string[]; ask: boolean };
type ArriveData = { at: string; moved: boolean };

// ── ui/confusion_matrix.py, ui/digit_pad.py, ui/sequence_reader.py ───────────────────────────

interface MatrixData extends Colourful {
  classes: string[];
  places: number[];
  rows: MatrixRow[];
  hidden: number;
  all: number;
  right: number;
  total: number;
  summary: string;
  chosen: [right: number, called: number] | null;
}

type MatrixRow = { counts: number[]; shares: number[]; others: number; total: number; recall: string };
type PadData = Colourful & { grid: [rows: number, columns: number]; ink: string; version: number };

interface ReadingData extends Colourful {
  key: string;
  about: string;
  title: string;
  picture: boolean;
  values: (number | null)[][];
  features: string[];
  hidden_features: number;
  after: number[];
  classes: string[];
  shares: number[][];
  right: number | null;
  right_name: string;
  best: number[];
  best_names: string[];
  best_shares: number[];
  is_right: boolean[];
  settled: number;
}

// ── ui/learning_film.py, ui/tour_panel.py ────────────────────────────────────────────────────

type FilmData = Colourful & { film: Film; height: number };

interface Film {
  name: string;
  unit: string;
  ds: string[];
  y: number[];
  future_ds: string[];
  validation_start: number;
  train_end: number;
  epochs: number;
  best_epoch: number;
  cell: string;
  hidden_size: number;
  parameters: number;
  seed: number;
  verdict: string;
  history: FilmEpoch[];
  frames: FilmFrame[];
}

interface FilmEpoch {
  epoch: number;
  train_loss: number;
  validation_loss: number;
  learning_rate: number | null;
  gradient_norm: number | null;
}

type FilmFrame = { epoch: number; heldout: number[]; future: number[]; mae: number };
type TourData = { key: string; title: string; at: number; stops: TourStop[]; here: boolean; found: Found | null };

interface TourStop {
  title: string;
  words: string;
  page: string;
  highlight: string;
  place: string;
  question: TourQuestion | null;
}

type TourQuestion = { words: string; choices: Record<string, string> };

/** What the model did: which choice that is, and the sentence that tells it. */
type Found = { choice: string; words: string };

// ── what several modules of one picture name ─────────────────────────────────────────────────

type CellDiagram = import("./cell_diagram/cell_diagram.js").CellDiagram;
type GateMaps = import("./gate_maps/gate_maps.js").GateMaps;
type GradientFlow = import("./gradient_flow/gradient_flow.js").GradientFlow;
type SequenceReader = import("./sequence_reader/sequence_reader.js").SequenceReader;
type TourCard = import("./tour/tour.js").TourCard;
type WorkedExample = import("./worked_example/worked_example.js").WorkedExample;

/** The channels of a colour, 0 to 255. */
type Channels = [red: number, green: number, blue: number];
/** Where an arrow key leads. */
type Way = [down: number, across: number];

/** What a unit tracks best. */
type Best = { place: number; concept: Concept; strength: number; score: number };

/** Norms as they are, or as a share of the norm at the loss. */
type NormView = "size" | "share";

/** How far logarithms reach, and whether zeros and overflows are among them. */
type Extent = { least: number; most: number; zero: boolean; overflow: boolean };

/** Where the steps of a chart stand, in pixels: `wide` is the width of one. */
type Geometry = { left: number; wide: number; count: number; right: number };

/** A line of logarithms; `low` and `high` are the edges of a band around it. */
interface Curve {
  kind: string;
  values: ArrayLike<number>;
  low?: Float64Array;
  high?: Float64Array;
  name?: string;
  note?: string;
  line?: SVGElement;
  dot?: SVGElement;
}

/** What a chart does with the pointer. */
interface ChartHandlers {
  pick?: (step: number) => void;
  point?: (step: number, event: PointerEvent) => void;
  leave?: () => void;
}
