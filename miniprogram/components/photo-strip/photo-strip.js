// Up to nine photos from the camera or the album, made small on the phone.

const say = require("../../services/say");

const MOST = 9;
const LONGEST_EDGE = 1600;
const QUALITY = 82;

Component({
  properties: { photos: { type: Array, value: [] } },
  data: { t: say("report"), most: MOST, removal: Array.from({ length: MOST }, (_, index) => say("report.remove", { index: index + 1 })) },
  methods: {
    add() {
      const room = MOST - this.data.photos.length;
      wx.chooseMedia({
        count: room,
        mediaType: ["image"],
        sourceType: ["camera", "album"],
        sizeType: ["compressed"],
        success: async ({ tempFiles }) => {
          const small = await Promise.all(tempFiles.map((file) => shrunk(file.tempFilePath)));
          this.triggerEvent("change", { photos: [...this.data.photos, ...small].slice(0, MOST) });
        },
      });
    },

    remove(event) {
      const index = Number(event.currentTarget.dataset.index);
      this.triggerEvent("change", { photos: this.data.photos.filter((_, other) => other !== index) });
    },

    show(event) {
      wx.previewImage({ urls: this.data.photos, current: event.currentTarget.dataset.photo });
    },
  },
});

/** Return the path of a smaller copy; the server strips place and camera data from whatever comes. */
function shrunk(src) {
  return new Promise((done) => {
    wx.compressImage({ src, quality: QUALITY, compressedWidth: LONGEST_EDGE, success: ({ tempFilePath }) => done(tempFilePath), fail: () => done(src) });
  });
}
