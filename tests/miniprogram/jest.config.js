module.exports = {
  testEnvironment: "jsdom",
  // The mini-program's real files are loaded from where they are.
  roots: ["<rootDir>", "<rootDir>/../../miniprogram"],
  testMatch: ["<rootDir>/*.test.js"],
  testTimeout: 30000,
};
