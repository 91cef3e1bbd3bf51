// Thumbnails with a way to remove each, and the place a photo tells, offered but never assumed.

import { fill, h } from "./element.js";
import { icon } from "./icons.js";
import { say } from "./language.js";
import { MOST, prepare } from "./photos.js";

export class PhotoStrip {
  /** `usePlace(text)` is called when the citizen takes a photo's place as the matter's place. */
  constructor(usePlace) {
    this.usePlace = usePlace;
    this.pictures = [];
    this.settled = false;
    this.row = h("div", { class: "photos" });
    this.offer = h("div", { class: "place-offer" });
    this.problem = h("p", { class: "problem", role: "alert" });
    this.files = h("input", { type: "file", accept: "image/*", multiple: true, hidden: true, on: { change: () => this.picked() } });
    this.node = h("div", { class: "photo-strip" }, this.row, this.files, this.offer, this.problem, h("p", { class: "hint" }, say("photos.privacy")));
    this.draw();
  }

  /** Prepare and show files. */
  async add(files) {
    this.problem.textContent = say("photos.working");
    let broken = false;
    for (const file of files.slice(0, MOST - this.pictures.length)) {
      try {
        this.pictures.push(await prepare(file));
      } catch (failure) {
        broken = true;
      }
    }
    const many = this.pictures.length === MOST && files.length > MOST;
    this.problem.textContent = broken ? say("photos.broken") : many ? say("photos.many") : "";
    this.draw();
  }

  picked() {
    const chosen = [...this.files.files];
    this.files.value = "";
    this.add(chosen);
  }

  remove(picture) {
    URL.revokeObjectURL(picture.preview);
    this.pictures = this.pictures.filter((one) => one !== picture);
    this.draw();
    this.row.lastChild.focus();
  }

  draw() {
    const thumbnails = this.pictures.map((picture, index) =>
      h(
        "div",
        { class: "photo" },
        h("img", { src: picture.preview, alt: say("photos.alt", { index: index + 1 }) }),
        h("button", { type: "button", "aria-label": say("photos.remove", { index: index + 1 }), on: { click: () => this.remove(picture) } }, icon("close"))
      )
    );
    const more = this.pictures.length < MOST && h("button", { type: "button", class: "photo-add", on: { click: () => this.files.click() } }, icon("camera"), h("span", {}, say("photos.add")));
    fill(this.row, thumbnails, more);
    this.drawOffer();
  }

  drawOffer() {
    const placed = this.pictures.find((picture) => picture.place);
    if (!placed || this.settled) {
      fill(this.offer);
      return;
    }
    const place = say("photos.coordinates", { latitude: placed.place.latitude.toFixed(5), longitude: placed.place.longitude.toFixed(5) });
    const settle = (used) => {
      this.settled = true;
      this.drawOffer();
      if (used) this.usePlace(place);
    };
    fill(
      this.offer,
      h("p", {}, icon("place"), say("photos.found", { place })),
      h("div", { class: "actions" }, h("button", { type: "button", class: "button", on: { click: () => settle(true) } }, say("photos.use")), h("button", { type: "button", class: "button", on: { click: () => settle(false) } }, say("photos.dismiss")))
    );
  }
}
