#include "cli/input/shell_words.h"

#include <optional>

namespace weft::cli {
namespace {

// Reads one line character by character; `quote_` is the quotation mark it is inside of, if any.
class WordReader {
 public:
  void take(char c) {
    if (escaped_) return take_escaped(c);
    if (quote_ == '\'') return c == '\'' ? leave_quote() : add(c);
    if (c == '\\') {
      escaped_ = true;
    } else if (quote_ == '"') {
      c == '"' ? leave_quote() : add(c);
    } else if (c == '"' || c == '\'') {
      quote_ = c;
      add_nothing();
    } else if (c == ' ' || c == '\t' || c == '\n') {
      end_word();
    } else {
      add(c);
    }
  }

  Result<std::vector<std::string>> finish() {
    if (quote_ != 0) return fail(Reason::malformed, std::string("the quote ") + quote_ + " is not closed");
    if (escaped_) return fail(Reason::malformed, "nothing follows the \\ at the end");
    end_word();
    if (words_.empty()) return fail(Reason::invalid, "the command is empty");
    return std::move(words_);
  }

 private:
  // Inside double quotes a backslash quotes only the characters that are special there (POSIX shell 2.2.3).
  void take_escaped(char c) {
    escaped_ = false;
    if (quote_ == '"' && c != '"' && c != '\\' && c != '$' && c != '`') add('\\');
    add(c);
  }
  void leave_quote() { quote_ = 0; }
  void add(char c) {
    add_nothing();
    *word_ += c;
  }
  void add_nothing() {
    if (!word_) word_.emplace();
  }
  void end_word() {
    if (word_) words_.push_back(*std::move(word_));
    word_.reset();
  }

  std::vector<std::string> words_;
  std::optional<std::string> word_;
  char quote_ = 0;
  bool escaped_ = false;
};

}  // namespace

Result<std::vector<std::string>> split_shell_words(std::string_view line) {
  WordReader reader;
  for (const char c : line) reader.take(c);
  return reader.finish();
}

}  // namespace weft::cli
