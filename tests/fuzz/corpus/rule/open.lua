rule "r" { reads = { "n", "b" }, check = function(x)
  if x:low("n") == x:high("n") then return x.n >= q("1 亿元") end
  return undecided(("%s is %s from %s"):format("n", x:text("n"), x:basis("n")) .. x:covers("n"))
end }
