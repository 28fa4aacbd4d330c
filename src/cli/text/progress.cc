#include "cli/text/progress.h"

#include <array>

#include <fmt/format.h>

namespace weft::cli {
namespace {

constexpr std::array<std::string_view, 10> kSpinner = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
constexpr size_t kNameWidth = 28;

std::string_view sign_of(Step::State state) {
  switch (state) {
    case Step::State::done:
      return "✔";
    case Step::State::warning:
      return "!";
    case Step::State::failed:
      return "✖";
    case Step::State::running:
      break;
  }
  return "·";
}

Tone tone_of(Step::State state) {
  switch (state) {
    case Step::State::done:
      return Tone::good;
    case Step::State::warning:
      return Tone::warning;
    case Step::State::failed:
      return Tone::bad;
    case Step::State::running:
      break;
  }
  return Tone::faint;
}

}  // namespace

std::string spoken(Duration duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<int64_t>(seconds);
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

void ProgressBoard::say(std::string_view name, std::string_view facts) {
  auto& running = step(name);
  if (running.state == Step::State::running) running.facts = facts;
}

void ProgressBoard::finish(std::string_view name, std::string_view facts, Step::State state) {
  auto& ending = step(name);
  ending.facts = facts;
  ending.state = state;
  ending.ended = clock_.now();
}

void ProgressBoard::finish_once(std::string_view name, std::string_view facts) {
  if (step(name).state == Step::State::running) finish(name, facts);
}

std::string ProgressBoard::draw() {
  return style_.redraws ? draw_in_place() : draw_plainly();
}

bool ProgressBoard::is_spinning() const {
  if (!style_.redraws) return false;
  for (const auto& one : steps_) {
    if (one.state == Step::State::running) return true;
  }
  return false;
}

Step& ProgressBoard::step(std::string_view name) {
  for (auto& one : steps_) {
    if (one.name == name) return one;
  }
  return steps_.emplace_back(Step{.name = std::string(name), .facts = {}, .began = clock_.now()});
}

std::string ProgressBoard::line(const Step& step) const {
  const bool running = step.state == Step::State::running;
  auto sign = sign_of(step.state);
  if (running && style_.redraws) {
    const auto turn = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - step.began).count() / 100;
    sign = kSpinner[static_cast<size_t>(turn) % kSpinner.size()];
  }
  const std::string time = running ? "" : spoken(step.ended - step.began);
  const size_t room = style_.redraws && style_.width > 40 ? style_.width - kNameWidth - 16 : 200;
  std::string text = "  " + style_.paint(tone_of(step.state), sign) + " " + padded(step.name, kNameWidth - 1) + " ";
  if (time.empty()) return text + shortened(step.facts, room);
  return text + padded(shortened(step.facts, room), 40) + "  " + style_.paint(Tone::faint, time);
}

// Moves up over the unfinished lines, writes what settled since for good, then the unfinished ones anew. Finished steps
// behind an unfinished one stay in the redrawn part, so that the order of the lines never changes.
std::string ProgressBoard::draw_in_place() {
  std::string text;
  if (lines_drawn_ > 0) text += fmt::format("\x1b[{}A", lines_drawn_);
  for (size_t i = settled_; i < steps_.size(); ++i) text += "\r\x1b[K" + line(steps_[i]) + "\n";
  while (settled_ < steps_.size() && steps_[settled_].state != Step::State::running) ++settled_;
  lines_drawn_ = steps_.size() - settled_;
  return text;
}

std::string ProgressBoard::draw_plainly() {
  std::string text;
  plain_.resize(steps_.size());
  for (size_t i = 0; i < steps_.size(); ++i) {
    auto now = line(steps_[i]);
    if (now == plain_[i]) continue;
    text += now + "\n";
    plain_[i] = std::move(now);
  }
  return text;
}

}  // namespace weft::cli
