var H5P = H5P || {};

H5P.KopaButton = {
  add($parent, id, label, press) {
    return H5P.jQuery("<button>", { id, type: "button", class: "kopa-button", text: label }).on("click", press).appendTo($parent);
  },
};
