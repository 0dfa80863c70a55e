// A content type for tests: statements that are true or false, one answered statement each, then completed with a score.
var H5P = H5P || {};

H5P.KopaTrueFalse = (function ($) {
  "use strict";

  function KopaTrueFalse(params, contentId, extras) {
    H5P.EventDispatcher.call(this);
    this.contentId = contentId;
    this.statements = params.statements || [];
    this.answers = ((extras && extras.previousState) || {}).answers || [];
    this.restored = this.answers.length > 0;
  }

  KopaTrueFalse.prototype = Object.create(H5P.EventDispatcher.prototype);
  KopaTrueFalse.prototype.constructor = KopaTrueFalse;

  KopaTrueFalse.prototype.getCurrentState = function () {
    return { answers: this.answers };
  };

  KopaTrueFalse.prototype.getMaxScore = function () {
    return this.statements.length;
  };

  KopaTrueFalse.prototype.getScore = function () {
    return this.statements.filter((statement, index) => this.answers[index] === statement.isTrue).length;
  };

  KopaTrueFalse.prototype.getAnswerGiven = function () {
    return this.answers.length > 0;
  };

  KopaTrueFalse.prototype.answer = function (index, value) {
    this.answers[index] = value;
    const isRight = this.statements[index].isTrue === value;
    const event = this.createXAPIEventTemplate("answered");
    const statement = event.data.statement;
    const parent = statement.object.id;
    statement.object.id = parent + "?subContentId=statement-" + index;
    statement.context = statement.context || {};
    statement.context.contextActivities = { parent: [{ id: parent, objectType: "Activity" }] };
    statement.result = { response: String(value), success: isRight, score: { raw: isRight ? 1 : 0, min: 0, max: 1, scaled: isRight ? 1 : 0 } };
    this.trigger(event);
    this.show();
  };

  KopaTrueFalse.prototype.finish = function () {
    const score = this.getScore();
    const maximum = this.getMaxScore();
    this.triggerXAPIScored(score, maximum, "completed", true, score === maximum);
    this.$said.text(score + "/" + maximum);
  };

  KopaTrueFalse.prototype.show = function () {
    this.$said.text(JSON.stringify({ answers: this.answers, restored: this.restored }));
  };

  KopaTrueFalse.prototype.attach = function ($container) {
    const self = this;
    this.setActivityStarted();
    $container.addClass("kopa-true-false");
    this.statements.forEach(function (statement, index) {
      const $row = $("<p>").text(statement.text + " ").appendTo($container);
      H5P.KopaButton.add($row, "true-" + index, "Patiess", () => self.answer(index, true));
      H5P.KopaButton.add($row, "false-" + index, "Nepatiess", () => self.answer(index, false));
    });
    H5P.KopaButton.add($container, "finish", "Pabeigt", () => self.finish());
    this.$said = $("<p>", { id: "restored", role: "status" }).appendTo($container);
    this.show();
    this.trigger("resize");
  };

  return KopaTrueFalse;
})(H5P.jQuery);
