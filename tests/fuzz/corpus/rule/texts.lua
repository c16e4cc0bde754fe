local function trim(s) return s:match("^%s*(.-)%s*$") end
rule "r" { reads = { "t" }, check = function(x)
  local words = {}
  for w in x.t:gmatch("[%w%p]+") do words[#words + 1] = w:upper():rep(2, "-") end
  return met(table.concat(words, ",") .. trim("  a b  "):gsub("%f[%a]%a", { a = "1" }) .. x.t:find("(", 1, true) .. #x.t:reverse())
end }
