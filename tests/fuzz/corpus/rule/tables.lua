local T = { c = 1, a = 2, list = { 3, 1, 2 } }
rule "r" { check = function()
  local keys, copy = {}, { table.unpack(T.list) }
  for k in pairs(T) do table.insert(keys, 1, k) end
  table.sort(copy, function(p, r) return p > r end)
  table.remove(copy, 1)
  return #keys == 3 and select("#", table.unpack(copy)) == 2 and eq(round(0.1 + 0.2, 2), 0.3)
end }
