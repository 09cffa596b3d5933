-- Titles in another language than the thesis's say so, in citations and bibliography alike.

function Pandoc(doc)
  local marks = doc.meta["thesis-marks"]
  local works = pandoc.utils.references(doc)
  for _, work in ipairs(works) do
    for field, tag in pairs(marks[work.id] or {}) do
      if work[field] then
        work[field] = pandoc.Inlines{pandoc.Span(work[field], {lang = pandoc.utils.stringify(tag)})}
      end
    end
  end
  doc.meta.references = works
  doc.meta.bibliography = nil
  doc.meta["thesis-marks"] = nil
  return doc
end
