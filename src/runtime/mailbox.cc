#include "runtime/mailbox.h"

#include <utility>

#include "runtime/reactor.h"

namespace weft::runtime {

void Mailbox::send(Letter letter) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = letters_.empty();
    letters_.push_back(std::move(letter));
  }
  if (was_empty) owner_->interrupt();
}

void Mailbox::open_all() {
  std::vector<Letter> letters;
  {
    const std::lock_guard lock(mutex_);
    letters.swap(letters_);
  }
  for (auto& letter : letters) letter();
}

}  // namespace weft::runtime
