// The layers of a model from the input to the answers: each tensor a rectangle, PyTorch on the left and Keras on the right.

import { Switch } from "../shared/controls.js";
import { placeOn, setAll, tag, targetOf } from "../shared/dom.js";
import { Stage, mounted } from "../shared/stage.js";
import { Tip } from "../shared/tip.js";
import { drawClaims, plain } from "./claims.js";
import { drawPorts, portTip } from "./ports.js";
import { drawTensor, scaleOf, tensorTip } from "./tensors.js";

/** @import { Fact } from "./tensors.js" */

const LETTERS =
  "B sequences, T steps, i inputs, u units, D·L directions times layers, d numbers that the head reads, o answers. Sides are to scale; the thinnest are drawn thicker.";

/** @extends {Stage<LayerMapData>} */
class LayerMap extends Stage {
  about = "";
  scale = 1;
  /** @type {Map<Element, Fact>} */ facts = new Map();
  /** @type {Map<Element, Port>} */ ports = new Map();
  /** @type {Map<string, string[]>} */ shapes = new Map();

  constructor(/** @type {Node} */ parent) {
    super(parent, "layer-map");
    this.legend = tag(this.root, "div", { class: "legend" });
    this.switch = new Switch(this.root, "Which framework is drawn", (name) => {
      this.turn(name);
      this.trigger("framework", name);
    });
    this.rows = tag(this.root, "div", { class: "rows" });
    this.claims = tag(this.root, "section", { class: "claims" });
    this.tip = new Tip(this.root);
    this.root.addEventListener("pointerover", (event) => this.point(targetOf(event), event));
    this.root.addEventListener("focusin", (event) => this.point(targetOf(event)));
    for (const kind of ["pointerleave", "focusout"]) this.root.addEventListener(kind, () => this.leave());
    this.listen();
  }

  show(/** @type {LayerMapData} */ data) {
    const about = JSON.stringify(data);
    if (about === this.about) return;
    this.about = about;
    this.scene = data;
    this.recolour();
    this.layout();
    this.turn(data.shown);
    this.root.dataset.drawn = String(Number(this.root.dataset.drawn ?? 0) + 1);
  }

  layout() {
    if (!this.measure()) return;
    this.leave();
    this.facts = new Map();
    this.ports = new Map();
    this.drawLegend();
    this.turn(this.root.dataset.shown ?? this.scene.shown);
    this.rows.replaceChildren();
    this.scale = scaleOf(this.scene.rows, this.width > 900 ? (this.width - 40) / 2 : this.width);
    const heads = tag(this.rows, "div", { class: "row heads" });
    for (const { name, label } of this.scene.frameworks) tag(heads, "h3", { class: name, text: label });
    for (const row of this.scene.rows) this.drawRow(row);
    drawClaims(this.claims, this.scene.claims);
  }

  /** Where there is no room for both beside each other, one of them is drawn. @param {string} name */
  turn(name) {
    this.root.dataset.shown = name;
    this.switch.show(Object.fromEntries(this.scene.frameworks.map((one) => [one.name, one.label])), name);
  }

  drawLegend() {
    this.legend.replaceChildren();
    for (const { name, label } of this.scene.frameworks) {
      const line = tag(this.legend, "p", { class: `order ${name}` });
      tag(line, "span", { class: "lead", text: `${label} stacks` });
      const gates = [...this.scene.gates].sort((one, other) => one.places[name] - other.places[name]);
      for (const { gate, label: words, meaning, letters } of gates) {
        const key = tag(line, "span", { class: `key ${gate}`, "data-gate": gate, title: plain(meaning) });
        tag(key, "b", { text: letters[name] });
        key.append(words);
      }
    }
    tag(this.legend, "p", { class: "letters", text: LETTERS });
  }

  drawRow(/** @type {LayerPorts | LayerPart} */ row) {
    const line = tag(this.rows, "div", { class: `row of-${row.kind}` });
    for (const { name, label } of this.scene.frameworks) {
      const cell = tag(line, "div", { class: `cell ${name}` });
      if (row.kind === "ports")
        drawPorts(cell, row[name], row.goes_in, this.shapes, label).forEach(([root, port]) => this.ports.set(root, port));
      else this.drawPart(cell, row, name, label);
    }
  }

  /** @param {HTMLElement} cell @param {LayerPart} row @param {Framework} name @param {string} label */
  drawPart(cell, row, name, label) {
    const box = setAll(cell, { class: `cell ${name} part` });
    const head = tag(box, "div", { class: "heading" });
    tag(head, "h4", { text: row.title });
    tag(head, "span", { class: "path", text: row.calls[name] || pathOf(row[name]) });
    const list = tag(box, "div", { class: "tensors" });
    for (const fact of row[name]) {
      const element = drawTensor(list, fact, this.scale, label, name);
      this.facts.set(element, {
        fact,
        name,
        twins: row[name === "torch" ? "keras" : "torch"].filter(({ role }) => role === fact.role),
      });
    }
  }

  /** @param {HTMLElement} target @param {ClientPoint} [pointer] */
  point(target, pointer) {
    const block = /** @type {HTMLElement | null} */ (target.closest("[data-gate]"));
    const tensor = /** @type {HTMLElement | null} */ (target.closest(".tensor"));
    this.light(tensor, block);
    const part = tensor ?? target.closest(".port");
    if (!part) return this.tip.hide();
    const [fact, what] = [this.facts.get(part), this.ports.get(part)];
    const tip = fact ? tensorTip(fact, block?.dataset.gate) : what && portTip(what);
    if (tip) this.tip.show(pointer ?? placeOn(part, 0, 0.5), tip.title, tip.rows, tip.meaning);
  }

  light(/** @type {HTMLElement | null} */ tensor, /** @type {HTMLElement | null} */ block) {
    const { role } = tensor?.dataset ?? {};
    for (const other of this.facts?.keys() ?? [])
      other.classList.toggle("twin", Boolean(role) && other.getAttribute("data-role") === role);
    if (block) this.root.dataset.gate = block.dataset.gate;
    else delete this.root.dataset.gate;
  }

  leave() {
    this.tip.hide();
    this.light(null, null);
  }

  press(/** @type {KeyboardEvent} */ event) {
    if (event.key === "Escape") this.leave();
  }
}

/** What the names of all tensors of a part begin with. @param {TensorFact[]} facts */
function pathOf([first]) {
  const end = Math.max(first.name.lastIndexOf("."), first.name.lastIndexOf("/"));
  return end > 0 ? first.name.slice(0, end) : "";
}

export default mounted(LayerMap);
