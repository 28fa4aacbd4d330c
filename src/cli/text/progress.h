// Progress: a few named steps, each waiting, running, done or failed, with a line of facts. The board is pure state;
// the renderers turn it into text. On a terminal the unfinished steps are redrawn in place with a spinner; elsewhere
// each change of a step's state is one plain line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cli/text/style.h"

namespace weft::cli {

// One line of progress. A value.
struct Step {
  enum class State { running, done, warning, failed };
  std::string name;
  std::string facts;  // "3 of 4 ready"
  State state = State::running;
  Time began{};
  Time ended{};  // once not running
};

// The steps of one operation in the order they began, and what of them is on the screen. One thread; writes nothing.
class ProgressBoard {
 public:
  ProgressBoard(const Clock& clock, Style style) : clock_(clock), style_(style) {}

  // Begins the step, or changes the facts of the one with that name.
  void say(std::string_view name, std::string_view facts);
  void finish(std::string_view name, std::string_view facts, Step::State state = Step::State::done);

  // The same for a step that is looked at again and again: a finished one stays as it is.
  void finish_once(std::string_view name, std::string_view facts);

  // What to write now so that the screen shows the board. Call on every change and, on a terminal, ten times a second.
  std::string draw();

  // True where draw() has something to turn: a terminal with a running step.
  bool is_spinning() const;

 private:
  Step& step(std::string_view name);
  std::string line(const Step& step) const;
  std::string draw_in_place();
  std::string draw_plainly();

  const Clock& clock_;
  Style style_;
  std::vector<Step> steps_;
  size_t settled_ = 0;              // steps whose final line was written, counted from the front
  size_t lines_drawn_ = 0;          // unfinished lines on the screen, to be overwritten
  std::vector<std::string> plain_;  // the last plain line of each step
};

// "0.3 s", "12.0 s", "2 min 5 s".
std::string spoken(Duration duration);

}  // namespace weft::cli
