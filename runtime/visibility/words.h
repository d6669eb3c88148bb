// The words of a Text attribute, as a full-text index has them: runs of letters and digits, without
// regard to case. What is not ASCII counts as letters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace groundhog::visibility {

std::vector<std::string> WordsOf(std::string_view text);
// Whether one of the tokens, which blanks part, is in the text: all its words, one after the other.
bool ContainsAnyToken(std::string_view text, std::string_view tokens);

}  // namespace groundhog::visibility
